@bvj:segment=all @bvj:goal=trust @bvj:value=private-data @bvj:impact=enterprise-contracts
Feature: Live updates reach their customer and nobody else
  So that a customer's work is as private while it is done as when it is kept,
  each live update goes to its own customer only.

  Rule: Everyone sees their own work

    @promise:WS-2.own
    Scenario: Three customers at once each see exactly their own analysis
      Given Ana, Ben and Chen are connected to Netra
      When Ana, Ben and Chen ask Netra at the same time
      Then Ana, Ben and Chen each see exactly their own analysis, whole, within 10 seconds

    @promise:WS-2.silent
    Scenario: A stranger who listens hears nothing
      Given Eve is connected to Netra
      When Netra finishes an analysis for Ana
      And Netra finishes an analysis for Eve
      Then Eve has received only what is Eve's

    @promise:WS-2.own @promise:WS-2.silent
    Scenario: Whoever connects last takes over nobody's updates
      Given Netra is part-way through an analysis for Ana
      And Ben is connected to Netra
      When Netra finishes the analysis for Ana
      And Netra finishes an analysis for Ben
      Then Ben has received only what is Ben's

  Rule: Nobody can listen in or speak for another

    @promise:WS-2.resume @promise:P05.private
    Scenario: What waits for an absent customer is as closed as what is there
      Given Netra is part-way through an analysis for Ana
      And Eve is connected to Netra
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      And Eve tries everything on what belongs to Ana
      Then Eve is refused every time as if it did not exist
      And what waits for Ana is kept ready for 1 hour

    @promise:WS-2.resume
    Scenario Outline: Another's conversation is closed on the live connection too
      Given Netra has finished an analysis for Ana
      And Eve is connected to Netra
      When Eve tries to <deed> of Ana
      Then Eve is refused as if it did not exist
      And nothing of Ana's has reached Eve
      And Ana still has everything as it was

      Examples: what can be tried
        | deed                                             |
        | follow the conversation                          |
        | ask inside the conversation                      |
        | follow in the name of the owner                  |
        | ask in the name of the owner                     |
        | follow in a second tab the conversation          |
        | follow with the owner's session the conversation |
