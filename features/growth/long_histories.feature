@bvj:segment=enterprise @bvj:goal=scalability @bvj:goal=retention @bvj:value=steady-growth @bvj:impact=growth-capacity
Feature: Conversations of many years stay quick
  So that the most valuable conversations never become the slowest,
  whoever works in a very long one hardly notices its length.

  Rule: What was said last opens, and more is said, as in a short conversation

    @promise:SC-2.latest @promise:SC-2.add
    Scenario Outline: Working in a long conversation is as quick as in a short one
      Given Ana has a history of 100 messages
      And Ana has a history of <number> messages
      When Ana opens the latest 50 messages of both and adds one to both, in turn, 20 times
      Then the latest messages of both come to Ana within 200 milliseconds
      And what Ana adds is confirmed within 100 milliseconds
      And nothing takes Ana 2 times as long in the longer conversation
      And every opening shows Ana exactly the latest messages, with those just added

      Examples:
        | number |
        | 300    |

      @slow @promise:SC-2.latest @promise:SC-2.add
      Examples: up to as many as promised
        | number |
        | 1000   |
        | 10000  |

  Rule: All of it can be read

    @promise:SC-2.whole
    Scenario Outline: The whole of a long conversation comes within its limit, complete and in order
      Given Ana has a history of <number> messages
      When Ana opens the whole history in parts of 200, 5 times
      Then the whole history comes to Ana within 2 seconds
      And every opening shows Ana exactly its messages, in order

      Examples:
        | number |
        | 300    |

      @slow @promise:SC-2.whole
      Examples: up to as many as promised
        | number |
        | 1000   |
        | 10000  |
