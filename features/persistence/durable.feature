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
