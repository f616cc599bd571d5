@bvj:segment=all @bvj:goal=retention @bvj:value=no-lost-progress @bvj:impact=arr-500k
@exit:user-disconnect
Feature: A lost connection costs a customer nothing
  So that customers trust Netra with work that takes minutes,
  an analysis survives the loss of the customer's connection.

  Rule: Work goes on while the customer is away

    @promise:P05.goes_on @promise:P05.waits @promise:P05.exit
    Scenario: The answer waits for a customer who comes back
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      And Ana comes back
      Then Ana sees every missed update once and in order, within 10 seconds
      And the full answer is in the conversation of Ana
      And the analysis of Ana is recorded with one exit, user disconnect

    @promise:P05.goes_on @promise:P05.waits
    Scenario: A customer who closes the page finds the answer later
      Given Netra is part-way through an analysis for Ana
      When Ana closes the page
      And Netra finishes the analysis while Ana is away
      And Ana comes back
      Then Ana sees every missed update once and in order, within 10 seconds

    @promise:P05.waits @promise:P05.exit
    Scenario: A customer who is back in time sees the analysis end
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Ana comes back
      And Netra finishes the analysis for Ana
      Then Ana sees every missed update once and in order, within 10 seconds
      And the analysis of Ana is recorded with one exit, normal completion

    @promise:P05.elsewhere
    Scenario: The way back may lead through another server
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      And Ana comes back through another server
      Then Ana sees every missed update once and in order, within 10 seconds

    @promise:P05.no_repeat
    Scenario: Nothing is asked twice because a customer is away
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      And Ana comes back
      Then every billing was asked once for Ana
      And the AI model was asked twice for Ana

    @promise:P05.tabs @promise:P05.exit
    Scenario: A second tab goes on when the first one breaks
      Given Ana has Netra open in two tabs
      And Netra is part-way through an analysis for Ana
      When the first tab of Ana breaks without warning
      And Netra finishes the analysis for Ana
      Then the second tab of Ana shows the whole analysis, each update once and in order
      And the analysis of Ana is recorded with one exit, normal completion

  Rule: What waits for a customer is kept for that customer alone

    @promise:P05.private
    Scenario: Nobody else receives what waits for an absent customer
      Given Netra is part-way through an analysis for Ana
      And Ben is connected to Netra
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      And Netra finishes an analysis for Ben
      Then Ben has received only what is Ben's

    @promise:P05.lifetime
    Scenario: What waits is kept ready for an hour
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      Then what waits for Ana is kept ready for 1 hour

    @promise:P05.no_repeat
    Scenario: Coming back once more repeats nothing
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      And Ana comes back
      And Ana comes back once more
      Then nothing is shown to Ana a second time

  Rule: Leaving is recorded

    @promise:P05.exit
    Scenario: An analysis that ended while its customer was away is recorded so, once
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      Then the analysis of Ana is recorded with one exit, user disconnect
