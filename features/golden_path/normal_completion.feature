@bvj:segment=all @bvj:goal=retention @bvj:value=complete-answer @bvj:impact=arr-500k
@exit:normal-completion
Feature: An analysis that ends well leaves the customer with everything
  So that customers find again what they were told and can act on it,
  an analysis that ends well gives the whole answer and keeps all of it.

  Rule: The customer gets the whole answer

    @promise:P04.answer
    Scenario: The answer names the savings that are in the bills
      Given Dora is connected to Netra
      When Dora asks Netra where Delta can cut its cloud costs
      Then Dora sees the analysis completed within 10 seconds
      And the answer to Dora names the savings that are in Delta's bills

    @promise:P04.answer
    Scenario Outline: A customer of every segment gets the whole answer
      Given Netra has finished an analysis for <customer>
      Then the answer to <customer> names the savings that are in <company>'s bills

      Examples: one customer of each segment
        | customer | company |
        | Ana      | Acme    |
        | Ben      | Birch   |
        | Chen     | Cedar   |
        | Dora     | Delta   |

  Rule: What the customer was shown is what is kept

    @promise:P04.kept @promise:P03.figures_kept
    Scenario: The conversation, the result, the report and the recommendations agree
      Given Netra has finished an analysis for Ana
      When Ana opens the result, the report and the recommendations
      Then Ana reads the figures of the answer in each of them
      And the conversation of Ana holds the question and the answer, in that order

    @promise:P04.kept
    Scenario: A second analysis leaves the first one as it was
      Given Netra has finished an analysis for Ana
      When Netra finishes a second analysis in the same conversation of Ana
      Then the conversation of Ana holds both questions with their answers, in order
      And the first result of Ana is as it was

    @promise:P03.figures_kept
    Scenario: The figures are the same after a restart
      Given Netra has finished an analysis for Ana
      When Netra is shut down for maintenance
      And Netra is started again
      And Ana opens the result, the report and the recommendations
      Then Ana reads the figures of the answer in each of them

  Rule: The customer can work with the result

    @promise:P04.report
    Scenario: The report can be read and its parts sum up
      Given Netra has finished an analysis for Ana
      When Ana opens the report
      Then the report names every recommendation to Ana, and the parts sum up to the total

    @promise:P04.ready
    Scenario: Recommendations are kept ready for a day
      Given Netra has finished an analysis for Ana
      Then the recommendations to Ana are kept ready for 24 hours

  Rule: Every analysis is recorded with the one way in which it ended

    @promise:P04.exit @promise:P06.retry
    Scenario: An analysis that ended well is recorded so, once
      Given Netra has finished an analysis for Ana
      When Ana retries the analysis
      Then Ana is told that there is nothing to try again
      And the analysis of Ana is recorded with one exit, normal completion
