@bvj:segment=all @bvj:goal=trust @bvj:value=remembered-context @bvj:impact=brand-trust
Feature: Customers see what is remembered of them and can remove it
  So that customers can trust an assistant that remembers,
  each sees what is remembered, where it was told, and can have it forgotten.

  Rule: The customer sees what is remembered and where it was told

    @promise:CC-1.seen
    Scenario: Lasting facts and details are shown with their conversations
      Given Ben has told Netra "Our budget is $900 a month." in the conversation about plans
      And Ben has told Netra "Our test cluster is Bluebird-7." in the conversation about tests
      Then Ben is shown the budget "$900 a month", told in the conversation about plans
      And Ben is shown the test cluster "Bluebird-7", told in the conversation about tests

  Rule: What the customer removes is not used, not shown and not kept

    @promise:CC-1.removed
    Scenario: What was removed is not used any more, even where an answer has named it
      Given Ben has asked Netra a question and told it "Our budget is $48,217 a month."
      When Ben removes the budget from what is remembered
      And Ben asks Netra in the same conversation
      Then the AI model hears nothing of "$48,217" for Ben
      And no budget is shown to Ben

    @promise:CC-1.removed
    Scenario: What was removed is kept nowhere
      Given Ben has entered "Bluebird-7" as the test cluster
      And Ben has entered "Heron-2" as the test cluster
      When Ben has the test cluster forgotten, with every earlier one
      Then nothing is kept of "Heron-2" for Ben
      And nothing is kept of "Bluebird-7" for Ben

    @promise:CC-1.removed
    Scenario: What is removed while the assistant thinks is told no more
      Given Ben has told Netra "Our budget is $48,217 a month."
      And Netra is part-way through an analysis for Ben
      When Ben removes the budget from what is remembered
      And Netra finishes the analysis for Ben
      Then the AI model hears nothing more of "$48,217" for Ben

    @promise:CC-1.removed
    Scenario: Removing the newest priority does not bring back an older one
      Given Ben has told Netra "Our priority is cost reduction."
      And Ben has told Netra "Our priority is scalability."
      When Ben removes the priority from what is remembered
      And Ben asks Netra in the same conversation
      Then the AI model hears nothing of "cost reduction" for Ben

  Rule: What is remembered of a customer is closed to everybody else

    @promise:CC-1.private
    Scenario Outline: Nobody is shown what another customer has told
      Given Ana has told Netra "Our budget is $48,217 a month."
      And <other> has told Netra "Our test cluster is Kingfisher-2." in the conversation about tests
      Then <other> is shown the test cluster "Kingfisher-2", told in the conversation about tests
      And no budget is shown to <other>

      Examples: a customer of another company, and a colleague
        | other |
        | Ben   |
        | Paul  |

    @promise:CC-1.private
    Scenario: Another customer's memory cannot be touched
      Given Netra has finished an analysis for Ana
      And Ana has told Netra "Our budget is $48,217 a month."
      When Eve tries to remove what is remembered of Ana
      Then Eve is refused as if it did not exist
      And Ana still has everything as it was
      And Olga, the auditor of Acme, finds exactly this attempt
