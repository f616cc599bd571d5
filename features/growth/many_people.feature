@bvj:segment=enterprise @bvj:goal=scalability @bvj:goal=expansion @bvj:value=steady-growth @bvj:impact=growth-capacity
Feature: Netra carries companies of every size
  So that contracts with large customers can be signed and kept,
  Netra stays quick and dependable while more and more people work with it.

  Rule: With many times as many people at work everyone is still served well

    @promise:SC-1.working @promise:SC-1.slow_down @promise:SC-1.accounted
    Scenario Outline: When a few become many, all of them get their work done
      Given <people> customers have a conversation each
      When 10 of them, and in turn all of them, do <things> things each with their conversation, one every second
      Then less than 5 percent of what they ask for fails, and nineteen of twenty answers come within 2 seconds
      And all of them together are answered within 500 milliseconds on average
      And all of them together do not wait 3 times as long as the few
      And each of them keeps more than 50 percent of the own pace
      And everything that they wrote is there, once

      Examples:
        | people | things |
        | 40     | 4      |

      @slow @promise:SC-1.working @promise:SC-1.slow_down
      Examples: twenty times as many, as promised
        | people | things |
        | 200    | 12     |

  Rule: Whoever is connected is answered

    @promise:SC-1.connected @promise:SC-1.accounted
    Scenario Outline: With many people connected every one of them is answered and sees all updates
      Given <people> customers are connected to Netra
      When all of them ask Netra where to cut cloud costs, one after the other within <time>
      Then nobody of them has lost the connection
      And each of them sees every update of each own analysis, once and in order
      And each of them is told the savings that are in the own bills

      Examples:
        | people | time      |
        | 24     | 3 seconds |

      @slow @promise:SC-1.connected
      Examples: as many as promised
        | people | time      |
        | 1000   | 5 minutes |
