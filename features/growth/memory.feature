@bvj:segment=all @bvj:goal=scalability @bvj:value=steady-growth @bvj:impact=operating-cost
Feature: Netra's memory grows with its work at most
  So that the cost of running Netra keeps its proportion to what customers pay,
  each conversation takes little of its memory, and doing the same again and again takes no more of it.

  Rule: Each conversation takes little, and the same work no more each time

    @promise:PF-5.modest @promise:PF-5.returned
    Scenario: Many conversations leave Netra little larger, and no larger each time
      When Ana starts and opens 60 conversations in each of 3 rounds, after a first one
      Then each server of Netra has grown by less than 0.1 MB for each conversation of Ana
      And in the last round of Ana no server of Netra has grown by 1 MB or more

  Rule: Customers who come take memory in proportion, and give it back

    @promise:SC-3.proportion @promise:SC-3.returned @promise:PF-5.returned
    Scenario: Waves of customers take as much each, and coming back takes no more each time
      When 30 customers come to Netra in each of 3 waves, after a first one, and stay
      And all of them leave and come back, 2 times
      Then each server of Netra has grown by less than 0.1 MB for each of these customers
      And the last wave has not taken 2 times as much memory as those before it
      And the last time that all of them came back no server of Netra has grown by 1 MB or more
