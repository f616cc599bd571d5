@bvj:segment=all @bvj:goal=trust @bvj:value=lasting-history @bvj:impact=arr-500k
Feature: What Netra has confirmed stays
  So that customers can rely on every word that Netra gives them,
  what was confirmed outlives any crash, and a change is made whole or not at all.

  Rule: A confirmed message outlives any crash

    @promise:TP-1.netra @promise:TP-1.storage @promise:P09.crash
    Scenario Outline: A message that was confirmed an instant ago survives a crash
      Given Ana and Ben keep writing to Netra
      When <something> in the instant in which a message of Ana is confirmed
      And the failure is over after 1 second
      Then everything that was confirmed to Ana and Ben is there, once and in order

      Examples:
        | something                                       |
        | Netra's storage crashes                         |
        | every server of Netra crashes                   |
        | Netra's storage and every server of Netra crash |

    @promise:P09.retry @promise:TP-3.once @promise:TP-3.honest
    Scenario Outline: What is sent again after an unclear answer is there once
      Given Ana has 1 conversation
      When <something> before a message of Ana can be confirmed
      And Ana sends the same again
      Then Ana was told neither that the message is kept nor that it is not
      And what Ana sent again is there once

      Examples:
        | something                         |
        | Netra's storage cannot be reached |
        | Netra's storage crashes           |
        | one server of Netra crashes       |

  Rule: A change is made whole or not at all

    @promise:P09.nothing_left @promise:P09.retry @promise:P09.all_there
    @promise:TP-2.whole @promise:TP-2.nothing @promise:TP-2.never_partial
    Scenario Outline: Whatever part of a conversation cannot be saved, nothing of it is
      Given Ana keeps looking at the list of conversations
      And Netra's storage has no room for <part> of Ana
      When Ana saves a conversation of 5 messages
      Then Ana is told plainly to try again
      And nothing is there of what Ana could not save
      When Ana saves the same again, with room in Netra's storage
      Then what Ana saved is there once, with 5 messages, and was never seen with fewer

      Examples:
        | part                             |
        | the mark of the request          |
        | the conversation                 |
        | the number of messages           |
        | the first message                |
        | the second message               |
        | the third message                |
        | the fourth message               |
        | the last message                 |
        | the answer to a repeated request |
        | the confirmation                 |

    @promise:TP-2.at_once @promise:TP-2.whole @promise:TP-2.never_partial
    Scenario: Five conversations that are saved at once are each there whole
      Given Ana, Ben, Chen, Dora and Eve keep looking at the list of conversations
      When Ana, Ben, Chen, Dora and Eve each save a conversation of 3 messages at once
      Then what Ana, Ben, Chen, Dora and Eve saved is there once, with 3 messages, and was never seen with fewer

    @promise:TP-2.at_once @promise:TP-2.nothing
    Scenario: Of five that are saved at once, one that fails leaves nothing and harms no other
      Given Ana, Ben, Chen, Dora and Eve keep looking at the list of conversations
      And Netra's storage has no room for the last message of Chen
      When Ana, Ben, Chen, Dora and Eve each save a conversation of 3 messages at once
      Then Chen is told plainly to try again
      And nothing is there of what Chen could not save
      And what Ana, Ben, Dora and Eve saved is there once, with 3 messages, and was never seen with fewer

    @promise:P09.nothing_left
    Scenario Outline: A question that cannot be kept leaves nothing behind
      Given Ana is connected to Netra
      And Netra's storage has no room for <part> of Ana
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana is told plainly to try again
      And nothing is there of what Ana asked

      Examples:
        | part                   |
        | the number of messages |
        | the question           |
        | the analysis           |
        | the number of updates  |
        | the first update       |

    @promise:P09.nothing_left @promise:P09.all_there
    Scenario Outline: An answer that cannot be kept at once is kept whole a little later
      Given Netra is part-way through an analysis for Ana
      And Netra's storage has no room, once, for <part> of Ana
      When Netra finishes the analysis for Ana
      And Ana opens the result, the report and the recommendations
      Then Ana reads the figures of the answer in each of them
      And the analysis of Ana is recorded with one exit, normal completion

      Examples:
        | part                  |
        | a step of the work    |
        | the finding of a step |
        | the end               |
        | the exit              |
        | the answer            |
        | the report            |
        | the last update       |
