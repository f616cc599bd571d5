@bvj:segment=all @bvj:goal=trust @bvj:value=remembered-context @bvj:impact=brand-trust
Feature: What is remembered does not change
  So that no budget and no rule changes silently,
  what the assistant knows is afterwards exactly what it was told.

  Rule: Every fact comes back as it was told, in every detail

    @promise:CC-5.equal
    Scenario Outline: Facts come back unchanged after weeks
      Given Chen has entered facts <kind>
      And 3 weeks have passed for Chen
      When Chen asks Netra in the same conversation
      Then the AI model hears the facts of Chen unchanged
      And Chen is shown the facts unchanged

      Examples: facts that are easily spoilt
        | kind                     |
        | in words of every script |
        | with very large numbers  |
        | with nothing in places   |
        | that are deeply nested   |

    @promise:CC-5.equal
    Scenario: Facts of every kind come back unchanged after a crash
      Given Chen has entered facts of every kind
      When Netra crashes and loses whatever was kept ready
      And Netra is started again
      And Chen comes back through another server
      Then Chen is shown the facts unchanged

  Rule: What an earlier version of Netra has kept can still be used

    @promise:CC-5.older
    Scenario: Whatever an earlier version has kept is known and shown
      Given an earlier version of Netra has kept for Chen the team size "50 people" and the decision "to wait", told about plans
      When Chen asks Netra in a new conversation
      Then the AI model knows that Chen's team size is "50 people"
      And the AI model knows that Chen decided "to wait"
      And Chen is shown the team size "50 people", told in the conversation about plans
      And Chen is shown the decision "to wait", told in the conversation about plans

    @promise:CC-5.older @promise:CC-1.removed
    Scenario: What an earlier version has kept can be removed for good
      Given an earlier version of Netra has kept the team size "50 people" for Chen, told about plans
      When Chen removes the team size from what is remembered
      Then nothing is kept of "50 people" for Chen

    @promise:CC-5.older
    Scenario: What was told since counts more than what an earlier version has kept
      Given an earlier version of Netra has kept the priority "cost reduction" for Chen, told about plans
      When Chen tells Netra "Our priority is scalability."
      And Chen notes the priority "no downtime" elsewhere, in the form of an earlier version of Netra
      And Chen asks Netra in the same conversation
      Then the AI model knows that Chen's priority is "scalability"
      And every fact that Chen noted stands with the conversation
