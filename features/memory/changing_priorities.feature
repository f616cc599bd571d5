@bvj:segment=all @bvj:goal=retention @bvj:value=remembered-context @bvj:impact=adoption
Feature: The latest wish counts, the earlier ones are remembered
  So that advice keeps up with a company that grows,
  the newest priority is the one that holds, and how it came about can still be seen.

  Rule: Advice follows the newest priority

    @promise:CC-3.latest @promise:CC-3.not_stale
    Scenario: The newest of three priorities is the one that the AI model hears
      Given Dora has told Netra "Our priority is cost reduction."
      And Dora has told Netra "Our Priority is scalability."
      And Dora has told Netra "Our priority is enterprise security."
      When Dora asks Netra in the same conversation
      Then the AI model knows that Dora's priority is "enterprise security"
      And the AI model hears nothing of "cost reduction" or "scalability" for Dora

    @promise:CC-3.latest
    Scenario: A priority told elsewhere counts in the older conversation too
      Given Dora has told Netra "Our priority is cost reduction." in the conversation about the first year
      And Dora has told Netra "Our priority is scalability." in the conversation about the second year
      When Dora asks Netra in the conversation about the first year
      Then the AI model knows that Dora's priority is "scalability"
      And the answer to Dora takes "scalability" into account, from the conversation about the second year

    @promise:CC-3.latest
    Scenario: Of two priorities told at the same time exactly one holds, everywhere
      Given Dora has told Netra "Our priority is cost reduction."
      When Dora tells Netra "Our priority is scalability." and "Our priority is enterprise security." at the same time
      And Dora asks Netra in a new conversation
      Then either "scalability" or "enterprise security" holds as Dora's priority, everywhere

    @promise:CC-3.latest
    Scenario: A detail is corrected in its own conversation alone
      Given Dora has told Netra "Our target is 2000 milliseconds." in the conversation about speed
      And Dora has told Netra "Our target is 30 percent less." in the conversation about cost
      And Dora has told Netra "Our target is 500 milliseconds." in the conversation about speed
      When Dora asks Netra in the conversation about cost
      Then the AI model knows that Dora's target is "30 percent less"

  Rule: Earlier priorities can be read in the order in which they held

    @promise:CC-3.history
    Scenario: Three priorities can be read in their order, the last one as the one that holds
      Given Dora has told Netra "Our priority is cost reduction."
      And Dora has told Netra "Our priority is scalability."
      When Dora tells Netra "Our priority is enterprise security."
      Then Dora reads that the priority was "cost reduction", then "scalability", and is "enterprise security"
