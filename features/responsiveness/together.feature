@bvj:segment=all @bvj:goal=engagement @bvj:goal=scalability @bvj:value=prompt-response @bvj:impact=growth-capacity
Feature: Twenty at once are all served well
  So that Netra is quick for everyone when teams arrive together in the morning,
  each action takes but a moment while others work, and nobody is treated much worse than the rest.

  Rule: Each action is quick while many work

    @promise:PF-4.each_kind
    Scenario: Listing, opening, changing and writing each stay within their limit
      Given 20 customers have a conversation each
      When all of them list, open, rename and write 2 times, all the while beside each other
      Then a list comes to them within 100 milliseconds on average
      And a conversation opens for them within 50 milliseconds on average
      And a change of theirs is made within 100 milliseconds on average
      And a message of theirs is written within 150 milliseconds on average
      And everything that they wrote is there, once

    @promise:PF-4.average @promise:PF-4.steady @promise:PF-4.fair
    Scenario: Nobody is served much worse than the others, and nothing gets lost
      Given 20 customers have a conversation each
      When all of them list, open, rename and write 2 times, all the while beside each other
      Then any request of theirs is answered within 500 milliseconds on average
      And nineteen of twenty messages are written within 300 milliseconds, and no request fails
      And nobody of them has to wait 3 times as long as somebody else
      And everything that they wrote is there, once
