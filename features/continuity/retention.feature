@bvj:segment=all @bvj:goal=compliance @bvj:value=governed-records @bvj:impact=regulatory
Feature: Conversations are kept as long as agreed
  So that keeping costs no more than it is worth and nothing is lost that is still needed,
  Netra archives and deletes what is due to the day, and nothing else.

  Rule: Without an agreement, age and use decide

    @promise:P15.only_old @promise:P15.reason @promise:TL-6.due @promise:TL-6.active
    Scenario Outline: A conversation is archived the day after its last day in use
      Given Ana has conversations <state> <days> days ago
      When Netra tidies up
      Then exactly the oldest conversation of Ana is archived
      And the archive tells Ana when, and that more than <age> had passed

      Examples: the last day in use stands in the middle
        | state     | days             | age      |
        | completed | 29, 30 and 31    | 30 days  |
        | last used | 89, 90 and 91    | 90 days  |
        | paused    | 89, 90 and 91    | 90 days  |
        | begun     | 364, 365 and 366 | 365 days |

    @promise:P15.others
    Scenario: Only what is due is touched
      Given Netra has finished an analysis for Ben
      And the conversation of Ben was last used 91 days ago
      And Ben has told Netra "Let us go on with it."
      And Ana has conversations last used 91 days ago
      When Netra tidies up
      Then exactly the oldest conversation of Ana is archived
      And nothing of Ben's has changed

    @promise:P15.only_old
    Scenario: What Netra is at work on is not put away
      Given Netra is part-way through an analysis for Ana
      And the conversation of Ana was begun 366 days ago
      And Ben has conversations begun 366 days ago
      When Netra tidies up
      Then no conversation of Ana is archived
      And exactly the oldest conversation of Ben is archived

    @promise:TL-6.active
    Scenario: A conversation that is used while Netra tidies up stays in use
      Given Ana has conversations last used 92 and 91 days ago
      When Netra tidies up, and Ana writes in the latest conversation before its turn comes
      Then exactly the oldest conversation of Ana is archived

    @promise:P15.twice
    Scenario: Tidying up a second time changes nothing
      Given Ana has conversations last used 90, 91 and 400 days ago
      And Netra has tidied up
      When Netra tidies up
      Then nothing of Ana's has changed

    @promise:P15.only_old
    Scenario: What is left when a tidying up is killed is done by the next one
      Given Ana has conversations last used 91, 92 and 93 days ago
      And Netra's tidying up was killed half-way through the conversations of Ana
      When Netra tidies up
      Then all 3 conversations of Ana are archived

  Rule: An archived conversation is put away, not lost

    @promise:TL-6.history @promise:TP-5.retrieval
    Scenario: An archived conversation can still be read
      Given Netra has finished an analysis for Ana
      And Ana has added 3 messages to the conversation
      And the conversation of Ana was last used 91 days ago
      When Netra tidies up
      And Ana opens the archived conversation in parts of 2
      Then Ana reads every message as it was, no later than 24 hours after asking

    @promise:P15.restore
    Scenario: An archived conversation comes back complete
      Given Netra has finished an analysis for Ana
      And the conversation of Ana was completed 400 days ago
      When Netra tidies up
      And Ana brings the archived conversation back
      And Netra tidies up
      Then the conversation of Ana is in use again, complete

    @promise:TP-5.cheaper
    Scenario: An archived conversation costs a fifth
      Given Netra has finished an analysis for Ana
      And the conversation of Ana was last used 91 days ago
      When Netra tidies up
      Then keeping the conversation of Ana costs at least 80 percent less

  Rule: What was agreed with a company goes before the usual

    @promise:TP-5.agreed
    Scenario Outline: A company's conversations are archived as agreed
      Given Ana has conversations <state> 9, 10 and 11 days ago
      And Nell has conversations <state> 9, 10 and 11 days ago
      And Nora has agreed with Acme to archive what was <state> more than 10 days ago, and nothing else
      When Netra tidies up
      Then exactly the oldest conversation of Ana is archived
      And no conversation of Nell is archived

      Examples: each by the days that were agreed for it
        | state     |
        | completed |
        | last used |
        | begun     |

    @promise:TP-5.agreed
    Scenario: A company that keeps everything loses nothing
      Given Ana has conversations completed 31 and 4000 days ago
      And Nora has agreed with Acme to archive after 10 days and to delete 365 days later
      And Nora has agreed with Acme to keep everything
      When Netra tidies up
      Then no conversation of Ana is archived

    @promise:TP-5.hold
    Scenario: A legal hold goes before every rule
      Given Ana has conversations last used 400 and 401 days ago
      And Nora has put a legal hold on every conversation of Ana
      And Nora has lifted the legal hold on the oldest conversation of Ana
      When Netra tidies up
      Then exactly the oldest conversation of Ana is archived
