@bvj:segment=all @bvj:goal=trust @bvj:value=reliable-conversations @bvj:impact=core-value
Feature: A conversation moves only through permitted phases
  So that customers can rely on where their work stands,
  a conversation is paused, resumed, completed and put away as permitted, and in no other way.

  Rule: Each change is seen by its customer

    @promise:TL-2.visible
    Scenario: A conversation is paused, resumed and completed, and each change is seen
      Given Ana has 1 conversation
      When Ana pauses, resumes and completes the conversation
      Then each change of Ana is seen at once, with a later time than the one before

    @promise:TL-2.visible @promise:P01.complete
    Scenario Outline: A conversation that is in use again is what it was, and takes questions as before
      Given Ana has a conversation of 3 messages
      When Ana <changes> the conversation
      Then Ana reads every message of the conversation, as it was confirmed
      When Ana asks Netra where Acme can cut its cloud costs
      Then Netra takes the question of Ana

      Examples: how a conversation comes into use again
        | changes               |
        | pauses and resumes    |
        | archives and restores |

    @promise:TL-2.visible @promise:P04.kept
    Scenario Outline: Work that is under way goes on to its end whatever becomes of the conversation
      Given Netra is part-way through an analysis for Ana
      When Ana <changes> the conversation
      And the AI model answers for Ana at last
      Then Ana sees the analysis completed within 10 seconds
      And the conversation of Ana holds the question and the answer, in that order
      And the conversation of Ana is <phase> for every server of Netra

      Examples: how a conversation is closed
        | changes   | phase     |
        | pauses    | paused    |
        | completes | completed |
        | archives  | archived  |

  Rule: A change that is not permitted is refused and changes nothing

    @promise:TL-2.forbidden
    Scenario Outline: A change that does not fit the phase is refused
      Given Ana has <a phase> conversation
      When Ana tries to <change> the conversation
      Then Ana is refused, because the conversation is <phase>
      And the conversation of Ana is as it was

      Examples: changes that are not permitted
        | a phase     | change   | phase     |
        | an active   | resume   | active    |
        | an active   | restore  | active    |
        | a paused    | pause    | paused    |
        | a paused    | restore  | paused    |
        | a completed | resume   | completed |
        | a completed | pause    | completed |
        | a completed | complete | completed |
        | a completed | restore  | completed |
        | an archived | resume   | archived  |
        | an archived | pause    | archived  |
        | an archived | complete | archived  |
        | an archived | archive  | archived  |

    @promise:TL-2.forbidden
    Scenario Outline: A conversation that is not in use takes neither message nor question
      Given Ana has <a phase> conversation
      When Ana tries to write into and to ask in the conversation
      Then Ana is refused, because the conversation is <phase>
      And the conversation of Ana is as it was

      Examples: phases in which a conversation is closed
        | a phase     | phase     |
        | a paused    | paused    |
        | a completed | completed |
        | an archived | archived  |

    @promise:TL-2.forbidden @promise:P06.retry
    Scenario Outline: An analysis that failed is not tried again in a conversation that is not in use
      Given an analysis for Ana has failed because Google Cloud billing refuses to answer
      When Ana <changes> the conversation
      And Google Cloud billing answers for Ana again
      And Ana tries to retry the analysis in the conversation
      Then Ana is refused, because the conversation is <phase>
      And the conversation of Ana is as it was
      And the analysis of Ana is recorded with one exit, error termination

      Examples: how a conversation is closed
        | changes   | phase     |
        | pauses    | paused    |
        | completes | completed |
        | archives  | archived  |

  Rule: Of two changes at the same moment one holds

    @promise:TL-2.one_wins
    Scenario Outline: The same change twice at once is made once
      Given Ana has <a phase> conversation
      When Ana <changes> the conversation twice at once
      Then one change of Ana is made and the other one is refused
      And the conversation of Ana is <phase> for every server of Netra

      Examples: each change
        | a phase     | changes   | phase     |
        | an active   | pauses    | paused    |
        | a paused    | resumes   | active    |
        | a paused    | completes | completed |
        | a completed | archives  | archived  |
        | an archived | restores  | active    |

    @promise:TL-2.one_wins
    Scenario: Of a completion and messages that meet, each comes first or is told that it came second
      Given Ana has 1 conversation
      When Ana completes the conversation while 10 messages are on their way
      Then nothing has happened in the conversation of Ana since it was completed
