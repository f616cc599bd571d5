@bvj:segment=all @bvj:goal=retention @bvj:value=no-lost-progress @bvj:impact=arr-500k
Feature: Whoever comes back is up to date at once
  So that a bad network costs customers neither an update nor their patience,
  Netra shows whoever comes back what was missed: once, in order, and soon.

  Rule: What was missed is shown once and in order, whenever the line broke

    @promise:WS-4.back
    Scenario: A line that breaks while a bill is read loses nothing
      Given Netra is part-way through an analysis for Ana, waiting for AWS billing
      When Ana's connection breaks without warning
      And Ana comes back
      And Netra finishes the analysis for Ana
      Then Ana sees every missed update once and in order, within 10 seconds
      And Ana is told within 10 seconds of coming back to be up to date

    @promise:WS-4.back
    Scenario: A line that breaks again in the middle of catching up loses nothing
      Given Netra is part-way through an analysis for Ana, waiting for AWS billing
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      And Ana comes back, and the connection breaks again in the middle of catching up
      And Ana comes back
      Then Ana sees every missed update once and in order, within 10 seconds

    @promise:WS-4.back @promise:P05.exit
    Scenario: Another server goes on with a customer's updates while the work goes on
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Ana comes back through another server
      And Netra finishes the analysis for Ana
      Then Ana sees every missed update once and in order, within 10 seconds
      And Ana is told within 10 seconds of coming back to be up to date
      And the analysis of Ana is recorded with one exit, normal completion

    @promise:WS-4.back
    Scenario: Asking twice for what was missed shows it once
      Given Netra is part-way through an analysis for Ana, waiting for AWS billing
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      And Ana comes back, and asks twice for what was missed
      Then Ana sees every missed update once and in order, within 10 seconds

    @promise:WS-4.back
    Scenario: Whoever comes back is caught up in every conversation
      Given Netra is part-way through four analyses for Ana
      When Ana's connection breaks without warning
      And Netra finishes every analysis while Ana is away
      And Ana comes back
      Then each conversation of Ana shows its own analysis, whole, within 10 seconds

  Rule: Wherever a customer's program believes to be, it gets what is true

    @promise:WS-4.back
    Scenario: A new device is shown everything from the beginning
      Given Netra has finished an analysis for Ana
      When Ana opens Netra on a new device
      Then the second tab of Ana shows the whole analysis, each update once and in order
      And Ana is told within 10 seconds of coming back to be up to date

    @promise:WS-4.back
    Scenario: A further tab that asks for nothing is shown how the work goes on
      Given Netra is part-way through an analysis for Ana
      And Ana has opened a further tab
      When Netra finishes the analysis for Ana
      Then the second tab of Ana shows the rest of the analysis, each update once and in order, within 10 seconds

    @promise:WS-4.back
    Scenario: Whoever asks for what comes after a number from the future is told how far Netra really is
      Given Netra has finished an analysis for Ana
      When Ana's connection breaks without warning
      And Ana comes back with a number from the future
      And Netra finishes a second analysis in the same conversation of Ana
      Then Ana is told within 10 seconds of coming back to be up to date
      And the second tab of Ana shows the whole analysis, each update once and in order
