@bvj:segment=all @bvj:goal=trust @bvj:value=bounded-wait @bvj:impact=arr-500k
@exit:timeout
Feature: An analysis that takes too long ends in time and keeps what it found
  So that nobody waits for ever and no finding is lost,
  an analysis stops at its limit, says so, and can be continued.

  Rule: The limit is kept

    @promise:P07.stops @promise:P07.partial @promise:P07.retry
    Scenario: The customer is told at the limit, and what was found is kept
      Given Netra allows an analysis 2 seconds
      And the AI model gives no report for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana is told that the time ran out, at most 2 seconds after the limit
      And Ana keeps what was found at AWS, Azure and Google Cloud
      And Ana is offered to try again from the AI model

    @promise:P07.stopped
    Scenario: Nothing is worked or written after the limit
      Given Netra allows an analysis 2 seconds
      And an analysis for Ana has run out of time because the AI model gives no answer
      When the AI model answers for Ana too late
      Then Netra has let go of the AI model for Ana
      And the analysis of Ana is as it was at its end

    @promise:P07.in_time
    Scenario: An analysis that ends in time is not cut off
      Given Netra allows an analysis 2 seconds
      And the AI model takes 0.3 seconds for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana sees the analysis completed within 10 seconds

    @promise:P07.stops
    Scenario: A customer's analysis may take five minutes
      Given Netra is part-way through an analysis for Ana
      Then Netra allows the analysis of Ana 5 minutes

  Rule: Running out of time is neither success nor loss

    @promise:P07.exit @promise:P07.stops @promise:WS-3.cleared
    Scenario: An analysis that ran out of time is recorded so, once
      Given Netra allows an analysis 2 seconds
      And an analysis for Ana has run out of time because the AI model gives no answer
      Then the analysis of Ana is recorded with one exit, timeout
      And the conversation of Ana holds the question and one explanation, marked as such
      And no agent and no tool is shown at work for Ana

    @promise:P07.no_completion
    Scenario: An analysis that ran out of time is never announced as complete
      Given Netra allows an analysis 2 seconds
      And an analysis for Ana has run out of time because the AI model gives no answer
      When Netra finishes an analysis for Ben
      And Ana comes back
      Then Ana has never been told that an analysis is complete

    @promise:P07.retry @promise:WS-1.paired
    Scenario: A retry goes on from what was found
      Given Netra allows an analysis 2 seconds
      And an analysis for Ana has run out of time because Azure billing gives no answer
      When Azure billing answers for Ana again
      And Ana retries the analysis
      Then Ana sees the analysis completed within 10 seconds
      And AWS billing was asked once for Ana
      And Ana saw each tool start and end, once for each billing that was asked
