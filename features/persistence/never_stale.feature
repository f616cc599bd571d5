@bvj:segment=all @bvj:goal=trust @bvj:value=right-figures @bvj:impact=brand-trust
Feature: What is kept ready is right
  So that customers can act on every figure that they see,
  what Netra keeps ready shows what was confirmed last, goes in its time, and is its customer's own.

  Rule: Nobody sees what was before a confirmed change

    @promise:P10.fresh @promise:PF-3.fresh
    Scenario: Once a new result is confirmed, nobody sees the one before it
      Given Netra has finished an analysis for Ana
      And Ana keeps opening the result and the recommendations
      When Netra finishes a second analysis in the same conversation of Ana
      Then nobody who opens what Ana has sees the first result once the second one is confirmed

    @promise:P10.fresh @promise:P02.fallback
    Scenario Outline: A failure of the quick store brings nothing back that was replaced
      Given Netra has finished an analysis for Ana
      And Ana keeps opening the result and the recommendations
      When <something>
      And Netra finishes a second analysis in the same conversation of Ana
      And the failure is over after 1 second
      Then nobody who opens what Ana has sees the first result once the second one is confirmed

      Examples:
        | something                                    |
        | Netra's quick store crashes                  |
        | Netra's quick store cannot be reached        |
        | Netra's quick store only lets itself be read |

    @promise:P10.fresh
    Scenario: Of two analyses that are under way at once the one that is confirmed last counts
      Given Netra is part-way through an analysis for Ana
      When Netra finishes a second analysis for Ana before the first one
      Then the result and the recommendations to Ana are those that were confirmed last

  Rule: What is gone is made again, once, and unnoticed

    @promise:P10.expires @promise:P10.rebuilt
    Scenario Outline: What has outlived its time is made ready again once, however many want it
      Given Netra has finished an analysis for Ana
      And the time of what is kept ready for Ana is over
      When Ana opens the <thing> 10 times at once, through every server
      Then Ana reads the right figures each time
      And Netra's storage was asked for the <thing> once

      Examples:
        | thing           |
        | result          |
        | recommendations |

    @promise:P10.rebuilt @promise:P02.fallback
    Scenario Outline: Whatever happens to the quick store, the figures are right
      Given Netra has finished an analysis for Ana
      When <something>
      And Ana opens the recommendations 4 times, all at once
      Then Ana reads the right figures each time

      Examples:
        | something                      |
        | Netra's quick store is emptied |
        | Netra's quick store hangs      |
        | Netra's quick store crashes    |

    @promise:P10.rebuilt @promise:P10.expires @promise:P02.lifetime @promise:P04.ready
    Scenario Outline: What ended while the quick store failed is kept ready again
      Given Netra has finished an analysis for Ana
      And the time of what is kept ready for Ana is over
      When <something>
      And the failure is over after 1 second, as Netra has noticed
      And Ana opens the session, the answer and the recommendations
      Then the answer to Ana is kept ready for 30 minutes
      And the recommendations to Ana are kept ready for 24 hours

      Examples:
        | something                             |
        | Netra's quick store crashes           |
        | Netra's quick store is full           |
        | Netra's quick store cannot be reached |

    @promise:P10.rebuilt @promise:P02.fallback
    Scenario: A quick store that takes nothing more costs nobody a right figure
      Given Netra has finished an analysis for Ana
      And the time of what is kept ready for Ana is over
      When Netra's quick store is full
      And Ana opens the recommendations 4 times, all at once
      Then Ana reads the right figures each time

  Rule: Everyone sees their own

    @promise:P10.own
    Scenario: However many open what is theirs at once, each sees their own figures
      Given Netra has finished an analysis for Ana
      And Netra has finished an analysis for Ben
      And Netra has finished an analysis for Chen
      And Netra has finished an analysis for Dora
      When Ana, Ben, Chen and Dora each open the recommendations 10 times, all at once
      Then Ana, Ben, Chen and Dora read the figures of their own result each time

    @promise:P10.one_winner
    Scenario: Of many changes at once one holds, everywhere
      Given Ana has 1 conversation
      When Ana gives the conversation 10 names at once, through every server
      Then one of the names holds for Ana, everywhere
