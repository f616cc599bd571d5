@bvj:segment=all @bvj:goal=trust @bvj:value=honest-failure @bvj:impact=arr-500k
@exit:error-termination
Feature: An analysis that fails says so and keeps what it found
  So that a failure outside Netra costs a customer neither trust nor work,
  Netra says plainly what went wrong, keeps what it found, and goes on from there when asked.

  Rule: The customer is told the truth in plain words

    @promise:P06.told @promise:P06.partial
    Scenario: A cloud that refuses is named, and what the others showed is kept
      Given Google Cloud billing refuses to answer for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana is told within 10 seconds that Google Cloud billing could not be used
      And Ana keeps what was found at AWS and Azure

    @promise:P06.told @promise:P06.partial @promise:WS-1.paired
    Scenario: Two clouds that fail in two ways are both named, and the third one is read all the same
      Given AWS billing refuses to answer for Ana
      And Azure billing breaks off half-way for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana is told within 10 seconds that AWS billing and Azure billing could not be used
      And Ana keeps what was found at Google Cloud
      And Ana saw each tool start and end, once for each billing that was asked

    @promise:P06.told @promise:P06.partial @promise:P06.exit @promise:P06.private
    Scenario Outline: Whatever fails outside Netra is named
      Given <source> <fails> for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana is told within 10 seconds that <source> could not be used
      And Ana keeps what was found everywhere but at <source>
      And Ana is offered to try again from <source>
      And the analysis of Ana is recorded with one exit, error termination
      And nothing that Ana was told speaks of Netra's inside

      Examples: the ways in which the outside fails
        | source               | fails                       |
        | AWS billing          | refuses to answer           |
        | Azure billing        | breaks off half-way         |
        | Google Cloud billing | breaks off half-way         |
        | the AI model         | refuses to answer           |
        | the AI model         | breaks off half-way         |
        | the AI model         | refuses to write the report |

    @promise:P06.told
    Scenario Outline: What is out of order is asked once, and named
      Given <source> is out of order for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana is told within 10 seconds that <source> could not be used
      And <source> was asked once for Ana

      Examples: a billing service, and the AI model
        | source               |
        | Google Cloud billing |
        | the AI model         |

    @promise:P06.told
    Scenario: The customer is offered a way on
      Given an analysis for Ana has failed because Google Cloud billing refuses to answer
      Then Ana is offered to try again from Google Cloud billing

    @promise:P06.told
    Scenario: The explanation stands in the conversation and is not dressed as an answer
      Given an analysis for Ana has failed because Google Cloud billing refuses to answer
      Then the conversation of Ana holds the question and one explanation, marked as such

    @promise:P06.no_completion
    Scenario: A failed analysis is never announced as complete
      Given an analysis for Ana has failed because Google Cloud billing refuses to answer
      When Ana asks once more in a new conversation
      Then Ana has never been told that an analysis is complete

    @promise:P06.private
    Scenario: Nothing of Netra's inside shows in a failure
      Given an analysis for Ana has failed because Google Cloud billing refuses to answer
      When Ana opens the result
      Then nothing that Ana was told speaks of Netra's inside

  Rule: Work goes on from the point that failed

    @promise:P06.retry
    Scenario: A retry finishes the work and asks nothing twice
      Given an analysis for Ana has failed because Google Cloud billing refuses to answer
      When Google Cloud billing answers for Ana again
      And Ana retries the analysis
      Then Ana sees the analysis completed within 10 seconds
      And AWS billing and Azure billing were asked once for Ana
      And the answer to Ana names the savings that are in Acme's bills

    @promise:P06.retry @promise:P04.kept @promise:P04.report
    Scenario: The answer after a retry is kept like any other
      Given an analysis for Ana has failed because Google Cloud billing refuses to answer
      When Google Cloud billing answers for Ana again
      And the analysis of Ana ends, and so does a retry
      And Ana opens the result, the report and the recommendations
      Then Ana reads the figures of the answer in each of them
      And the full answer is in the conversation of Ana

    @promise:P06.partial @promise:P06.retry
    Scenario: A retry that fails too loses nothing of what was found
      Given an analysis for Ana has failed because Google Cloud billing refuses to answer
      When the analysis of Ana ends, and so does a retry
      Then Ana keeps what was found at AWS and Azure

    @promise:P06.retry
    Scenario: A report that fails again and again costs only the report
      Given the AI model refuses to write the report for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      And the analysis of Ana ends, and so does a retry
      And the AI model answers for Ana again
      And Ana retries the analysis
      Then Ana sees the analysis completed within 10 seconds
      And nothing that was answered for Ana was asked again

  Rule: A failure stays with the customer whom it concerns

    @promise:P06.contained
    Scenario: Another customer's analysis does not notice
      Given Google Cloud billing refuses to answer for Ana
      And Ben is connected to Netra
      When Ana and Ben ask Netra at the same time
      Then Ben sees the analysis completed within 10 seconds
      And the answer to Ben names the savings that are in Birch's bills
