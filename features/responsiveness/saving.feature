@bvj:segment=all @bvj:goal=stability @bvj:goal=scalability @bvj:value=prompt-response @bvj:impact=core-value
Feature: Many can save at once
  So that Netra serves its customers in their busiest hour as well as in any other,
  whatever they save at the same moment is soon there, for all of them.

  Rule: All succeed within a short time

    @promise:P13.all_saved @promise:P13.owners @promise:P13.prompt @promise:P13.frugal @promise:SC-4.no_more
    Scenario: Fifteen conversations that are saved at the same moment are all soon there
      Given each server of Netra has 3 connections to its storage
      When Ana, Ben, Chen, Dora and Eve save 3 conversations of 3 messages each, all at the same moment
      Then everything that Ana, Ben, Chen, Dora and Eve saved is there once, whole, with whoever saved it
      And what is saved at once is there within 2 seconds on average
      And what is saved at once is always there within 5 seconds
      And no server of Netra has more connections to its storage than that
