@bvj:segment=all @bvj:goal=trust @bvj:value=lasting-history @bvj:impact=core-value
Feature: What was said, noted and found is there when the customer returns
  So that work with Netra never has to be done twice,
  conversations and results are kept whatever happens to Netra in between.

  Rule: A crash takes nothing that was confirmed

    @promise:P01.complete @promise:P01.order @promise:P01.speakers @promise:P01.crash @promise:P01.forgotten_memory
    @promise:TL-5.lasting
    Scenario: A conversation and its facts outlive a crash right after the last word
      Given Netra has finished an analysis for Ana
      And Ana has noted ten facts in five steps
      When Ana writes 3 messages in quick succession
      And Netra crashes and loses whatever was kept ready
      And Netra is started again
      Then the conversation of Ana is whole, in order, each message under the one who said it
      And every fact that Ana noted stands with the conversation

    @promise:TL-2.lasting
    Scenario: A restart leaves every conversation in its phase
      Given Ana has a paused conversation
      And Ana has a completed conversation
      And Ana has an archived conversation
      When Netra is shut down for maintenance
      And Netra is started again
      Then every conversation of Ana is in the phase in which Ana left it

  Rule: The result can be had again, exact to the cent

    @promise:P03.figures_kept @promise:P03.sums @promise:P03.recommendations
    Scenario: Result, report and recommendations are exact after a crash
      Given Netra has finished an analysis for Ana
      When Netra crashes and loses whatever was kept ready
      And Netra is started again
      And Ana opens the result, the report and the recommendations
      Then Ana reads the figures of the answer in each of them
      And Ana finds the sums right in each of them

    @promise:P03.recommendations @promise:P03.figures_kept
    Scenario: After a second analysis its own recommendations are told
      Given Netra has finished an analysis for Ana
      And Ana has moved Acme to other cloud accounts
      When Netra finishes a second analysis in the same conversation of Ana
      And Ana opens the result, the report and the recommendations
      Then Ana reads the figures of the answer in each of them
      And the recommendations to Ana are those of the second analysis

    @promise:P03.recommendations
    Scenario: The recommendations are those of the second analysis although nothing is kept ready
      Given Netra has finished an analysis for Ana
      And Ana has moved Acme to other cloud accounts
      When Netra finishes a second analysis in the same conversation of Ana
      And everything that is kept ready for Ana is gone
      And Ana opens the recommendations
      Then the recommendations to Ana are those of the second analysis

  Rule: Only the customer who asked can read the result

    @promise:P03.owner_only
    Scenario Outline: What was found is not there for another customer
      Given Netra has finished an analysis for Ana
      When Eve tries to <deed> of Ana
      Then Eve is refused as if it did not exist

      Examples: what was found
        | deed                     |
        | open the result          |
        | open the report          |
        | open the recommendations |
