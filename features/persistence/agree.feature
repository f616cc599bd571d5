@bvj:segment=all @bvj:goal=trust @bvj:value=right-figures @bvj:impact=arr-500k
Feature: After a failure every place tells the same
  So that no customer is ever given a wrong amount because something had failed,
  conversations, results, reports and what is kept ready agree again, to the cent.

  Rule: What was finished before a failure is exactly what it was

    @promise:P14.exact @promise:P14.rebuilt @promise:P14.no_orphans
    Scenario Outline: A failure changes nothing of what was there
      Given Netra has finished an analysis for Ana
      And Netra has finished an analysis for Ben
      And everything that Ana and Ben have agrees in every place
      When <something>
      And the failure is over after 1 second
      Then everything that Ana and Ben have is exactly as it was
      And every place tells the same of Ana and Ben

      Examples:
        | something                                |
        | Netra's storage crashes                  |
        | Netra's storage cannot be reached        |
        | Netra's storage hears nothing            |
        | Netra's storage has no connection left   |
        | Netra's storage only lets itself be read |
        | Netra's storage has no room left         |
        | Netra's quick store is emptied           |
        | Netra's quick store crashes              |
        | Netra's quick store is full              |
        | one server of Netra crashes              |
        | every server of Netra crashes            |

  Rule: What a failure interrupts is finished whole

    @promise:P14.no_orphans @promise:TP-3.intact
    Scenario Outline: An analysis that a failure interrupted leaves no contradiction
      Given Netra is part-way through an analysis for Ana
      When <something>
      And the failure is over after 1 second
      And Netra finishes the analysis for Ana
      Then every place tells the same of Ana

      Examples:
        | something                         |
        | Netra's storage crashes           |
        | Netra's storage cannot be reached |
        | Netra's quick store crashes       |
        | Netra's quick store hangs         |
