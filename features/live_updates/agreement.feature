@bvj:segment=all @bvj:goal=trust @bvj:value=live-insight @bvj:impact=arr-500k
Feature: What an update tells is already true
  So that customers can act on what they are told the moment they are told it,
  nothing is announced before it is so, and the end leaves nothing open.

  Rule: Whoever looks when an update arrives finds it so

    @promise:WS-3.not_behind
    Scenario: Every update is told and stored already when it arrives
      Given Ana looks each update up the moment it arrives
      When Netra finishes an analysis for Ana
      Then each update was told and stored already when it reached Ana

    @promise:WS-3.not_behind
    Scenario: A failure can be looked up the moment it is announced
      Given Ana looks each update up the moment it arrives
      And an analysis for Ana has failed because Google Cloud billing refuses to answer
      Then each update was told and stored already when it reached Ana

    @promise:WS-3.not_behind @promise:P07.exit
    Scenario: That time has run out can be looked up the moment it is announced
      Given Netra allows an analysis 2 seconds
      And Ana looks each update up the moment it arrives
      And an analysis for Ana has run out of time because the AI model gives no answer
      Then each update was told and stored already when it reached Ana

    @promise:WS-3.readable
    Scenario: The answer can be read in every place the moment it is announced
      Given Ana looks each update up the moment it arrives
      When Netra finishes an analysis for Ana
      Then the answer was there for Ana in every place the moment it was announced

  Rule: What is shown of the work follows the work

    @promise:WS-3.not_behind
    Scenario: A conversation is active, then working, then completed
      Given Ana looks each update up the moment it arrives
      And Netra is part-way through an analysis for Ana
      When Netra finishes the analysis for Ana
      Then Ana found the conversation active, then working, then completed

    @promise:WS-3.not_behind
    Scenario: Progress only grows
      Given Ana looks each update up the moment it arrives
      And Netra is part-way through an analysis for Ana
      When Netra finishes the analysis for Ana
      Then the progress that Ana found only grew, up to the whole

    @promise:WS-3.not_behind
    Scenario Outline: The agent at work is shown with its tool
      Given <source> gives no answer for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana finds the <agent> agent at work with <tool>

      Examples: who works while something is waited for
        | source               | agent        | tool                 |
        | AWS billing          | data         | AWS billing          |
        | Google Cloud billing | data         | Google Cloud billing |
        | the AI model         | optimisation | no tool              |

    @promise:WS-3.cleared
    Scenario Outline: After the end nobody is shown at work
      Given <ending>
      Then no agent and no tool is shown at work for Ana

      Examples: how the work came to its end
        | ending                                                                        |
        | Netra has finished an analysis for Ana                                        |
        | an analysis for Ana has failed because Google Cloud billing refuses to answer |

  Rule: Whoever reads slowly gets everything, and holds up nobody

    @promise:WS-3.slow_reader
    Scenario: A tab that reads nothing for a while gets everything afterwards, in order
      Given Ana has Netra open in a slow tab and in a second one
      And the first tab of Ana has stopped reading, with much on its way to it
      When Netra finishes an analysis for Ana
      And the first tab of Ana reads again
      Then the second tab of Ana shows the whole analysis, each update once and in order
      And the first tab of Ana shows the whole analysis, each update once and in order
      And whatever was on its way to the first tab of Ana has arrived, in order

    @promise:WS-3.slow_reader
    Scenario: Another customer does not notice a tab that reads nothing
      Given Ana has Netra open in a slow tab and in a second one
      And the first tab of Ana has stopped reading, with much on its way to it
      When Netra finishes an analysis for Ana
      And Netra finishes an analysis for Ben
      And the first tab of Ana reads again
      Then the first tab of Ben shows the whole analysis, each update once and in order
      And whatever was on its way to the first tab of Ana has arrived, in order
