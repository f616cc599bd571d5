@bvj:segment=all @bvj:goal=engagement @bvj:value=prompt-response @bvj:impact=core-value
Feature: What was opened before opens faster
  So that what customers use most feels quickest,
  opening something again spares them the wait that the first time took.

  Rule: Again is clearly faster

    @promise:PF-3.faster
    Scenario: With a slow storage only the first one to open an answer has to wait
      Given Netra has finished an analysis for Ana
      When Netra's storage is slow
      And Ana opens the answer 3 times with nothing of it kept ready, and 3 times again after each of them
      Then the answer comes to Ana again more than 2 times as fast as the first time
