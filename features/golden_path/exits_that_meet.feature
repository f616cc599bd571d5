@bvj:segment=all @bvj:goal=trust @bvj:value=honest-failure @bvj:impact=arr-500k
Feature: Each analysis ends in exactly one recorded way, whatever meets
  So that what a customer is told, what is kept and what is recorded never contradict each other,
  one ending wins when two of them meet.

  Rule: One ending wins

    @exit:timeout @exit:user-disconnect @promise:P07.exit @promise:P05.exit
    Scenario: The time runs out while the customer is away
      Given Netra allows an analysis 2 seconds
      And Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And the time for the analysis of Ana runs out
      And Ana comes back
      Then Ana is told within 10 seconds that the time ran out
      And the analysis of Ana is recorded with one exit, timeout

    @exit:error-termination @exit:user-disconnect @promise:P06.exit @promise:P05.exit
    Scenario: The work fails while the customer is away
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And the AI model fails for Ana
      And Ana comes back
      Then Ana is told within 10 seconds that the AI model could not be used
      And the analysis of Ana is recorded with one exit, error termination

    @exit:error-termination @exit:service-shutdown @promise:P06.exit @promise:P08.exit
    Scenario: The work fails while Netra shuts down
      Given Netra is part-way through an analysis for Ana
      When Netra begins to shut down
      And the AI model fails for Ana
      And Netra is down
      And Netra is started again
      Then the analysis of Ana is recorded with one exit, error termination

    @exit:normal-completion @exit:timeout @promise:P04.exit @promise:P07.exit
    Scenario: The answer comes in the instant of the limit
      Given Netra allows an analysis 2 seconds
      And Netra is part-way through four analyses for Ana
      When the AI model answers Ana in the instants around the limit
      Then each analysis of Ana is recorded with the one exit that Ana was told

    @exit:normal-completion @promise:TL-7.takeover @promise:P04.exit
    Scenario: The server dies and another one finishes
      Given Netra is part-way through an analysis for Ana
      When the server that works for Ana dies
      And Ana comes back through another server
      And Netra finishes the analysis for Ana
      Then the analysis of Ana is recorded with one exit, normal completion

  Rule: One retry wins

    @exit:error-termination @promise:P06.retry
    Scenario: Two retries at once start one attempt
      Given an analysis for Ana has failed because Google Cloud billing refuses to answer
      When Google Cloud billing answers for Ana again
      And Ana retries the analysis twice at once
      Then one retry of Ana is accepted and the other one is refused
      And Ana sees the analysis completed within 10 seconds
      And Google Cloud billing was asked twice for Ana
