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
