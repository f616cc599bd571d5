@bvj:segment=all @bvj:goal=conversion @bvj:value=live-insight @bvj:impact=arr-500k
Feature: Customers see the work while it is done
  So that customers stay while Netra works,
  Netra shows each step of an analysis as it happens.

  Rule: Every step is shown, in order

    @promise:WS-1.complete
    Scenario: All five kinds of update arrive in order
      Given Ana is connected to Netra
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana sees all five kinds of update, in order, within 10 seconds

    @promise:WS-1.paired
    Scenario: Every tool that starts is seen to end, once for each billing that was asked
      Given Netra has finished an analysis for Ana
      Then Ana saw each tool start and end, once for each billing that was asked

    @promise:WS-1.prompt
    Scenario: Findings are shown while the work goes on
      Given Netra is part-way through an analysis for Ana
      Then Ana saw the end of each billing's work within 1 second

  Rule: Every update says where it belongs

    @promise:WS-1.named
    Scenario: Each update names the conversation, the analysis and the customer
      Given Netra has finished an analysis for Ana
      Then every update to Ana names the conversation, the analysis and Ana

    @promise:WS-1.apart
    Scenario: Two questions at once keep their own updates
      Given Ana is connected to Netra
      When Ana asks two questions at once in two conversations
      Then each conversation of Ana shows its own analysis, whole, within 10 seconds
