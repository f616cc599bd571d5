@bvj:segment=all @bvj:goal=engagement @bvj:goal=scalability @bvj:value=live-insight @bvj:impact=core-value
Feature: Updates stay prompt and fair when many are active
  So that Netra does not disappoint when most people are watching,
  everybody sees the own work as it happens, however many others do at the same moment.

  Rule: Ten who ask at the same moment are served as one

    @promise:WS-5.all_delivered @promise:WS-5.prompt @promise:WS-5.fair @promise:WS-5.connected @promise:PF-4.fair
    Scenario: Ten customers who ask again and again all see their updates, promptly and equally
      Given 10 customers are connected to Netra
      When all of them ask Netra where to cut cloud costs, 3 times, always at the same moment
      Then nobody of them has lost the connection
      And each of them sees every update of each own analysis, once and in order
      And nobody of them waits 3 times as long as somebody else
      And each time all of them have the answer within 5 seconds
      And what Netra finds is shown to them within 1 second on average
