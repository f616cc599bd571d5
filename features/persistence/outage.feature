@bvj:segment=enterprise @bvj:goal=continuity @bvj:value=quick-recovery @bvj:impact=enterprise-contracts
Feature: Netra comes through failures by itself
  So that enterprise customers can rely on what their service agreements state,
  a failure is noticed, told honestly, overcome without anybody's help, and loses nothing.

  Rule: While nothing can be kept, nothing is confirmed

    @promise:BC-1.noticed @promise:BC-1.honest @promise:BC-1.recovery @promise:BC-1.intact
    @promise:TP-3.recovers @promise:TP-3.intact @promise:TP-3.honest @promise:TP-3.once @promise:SC-4.recovers
    Scenario Outline: An outage of storage is noticed, told and overcome
      Given Ana and Ben keep writing to Netra
      When <something>
      Then Netra says within 30 seconds that it cannot serve
      And Ana and Ben are told within 30 seconds to try again, and nothing is confirmed
      When the failure is over after <time>
      Then Ana and Ben can work again within 5 minutes
      And everything that was confirmed to Ana and Ben is there, once and in order

      Examples: every kind of outage, as short as it can be seen
        | something                                | time     |
        | Netra's storage is stopped               | 1 second |
        | Netra's storage crashes                  | 1 second |
        | Netra's storage hangs                    | 1 second |
        | Netra's storage cannot be reached        | 1 second |
        | Netra's storage is heard no more         | 1 second |
        | Netra's storage hears nothing            | 1 second |
        | Netra's storage has no connection left   | 1 second |
        | Netra's storage only lets itself be read | 1 second |
        | Netra's storage has no room left         | 1 second |

      @slow
      Examples: as long as service agreements speak of
        | something                         | time        |
        | Netra's storage is stopped        | 180 seconds |
        | Netra's storage crashes           | 300 seconds |
        | Netra's storage cannot be reached | 30 seconds  |
        | Netra's storage is heard no more  | 120 seconds |

    @promise:BC-1.honest @promise:BC-1.noticed @promise:TP-3.honest
    Scenario: While storage is away nobody is told to have nothing
      Given Ana has 2 conversations
      And Ana has told Netra "Our priority is scalability."
      And Ana has opened everything there is
      When Netra's storage cannot be reached
      And Ana opens everything there is
      Then Ana is shown everything as it was, or told to try again
      And Netra says within 30 seconds that it cannot serve

  Rule: Other failures cost customers no more than a moment

    @promise:TP-3.recovers @promise:TP-3.intact @promise:TP-3.once @promise:P02.fallback
    Scenario Outline: Customers go on working while something beside storage fails
      Given Ana and Ben keep writing to Netra
      When <something>
      Then Ana and Ben can work again within 5 minutes
      When the failure is over after <time>
      Then Ana and Ben can work again within 5 minutes
      And everything that was confirmed to Ana and Ben is there, once and in order

      Examples: every kind of failure, as short as it can be seen
        | something                                    | time     |
        | Netra's storage is slow                      | 1 second |
        | Netra's quick store is stopped               | 1 second |
        | Netra's quick store crashes                  | 1 second |
        | Netra's quick store hangs                    | 1 second |
        | Netra's quick store cannot be reached        | 1 second |
        | Netra's quick store is heard no more         | 1 second |
        | Netra's quick store hears nothing            | 1 second |
        | Netra's quick store is slow                  | 1 second |
        | Netra's quick store has no connection left   | 1 second |
        | Netra's quick store only lets itself be read | 1 second |
        | Netra's quick store is full                  | 1 second |
        | one server of Netra crashes                  | 1 second |

      @slow
      Examples: as long as service agreements speak of
        | something                   | time       |
        | one server of Netra crashes | 60 seconds |

    @promise:BC-1.noticed @promise:TP-3.recovers @promise:P02.lifetime
    Scenario Outline: A failure of the quick store is noticed, and afterwards answers are kept ready again
      Given Netra has finished an analysis for Ana
      When <something>
      Then Netra says within 30 seconds that it cannot serve
      When the failure is over after 1 second
      And Netra finishes a second analysis in the same conversation of Ana
      Then the answer to Ana is kept ready for 30 minutes

      Examples:
        | something                                    |
        | Netra's quick store is stopped               |
        | Netra's quick store crashes                  |
        | Netra's quick store hangs                    |
        | Netra's quick store cannot be reached        |
        | Netra's quick store is heard no more         |
        | Netra's quick store hears nothing            |
        | Netra's quick store has no connection left   |
        | Netra's quick store only lets itself be read |
        | Netra's quick store is full                  |

  Rule: Two failures are no worse than one

    @promise:TP-3.recovers @promise:TP-3.intact @promise:TP-3.once
    Scenario Outline: Two failures at once are overcome
      Given Ana and Ben keep writing to Netra
      When <something>
      And <something else>
      And both failures are over after 1 second
      Then Ana and Ben can work again within 5 minutes
      And everything that was confirmed to Ana and Ben is there, once and in order

      Examples:
        | something                         | something else              |
        | Netra's storage crashes           | Netra's quick store crashes |
        | Netra's storage cannot be reached | one server of Netra crashes |

    @promise:TP-3.recovers @promise:TP-3.intact @promise:TP-3.once
    Scenario: A failure during the recovery from another is overcome
      Given Ana and Ben keep writing to Netra
      When Netra's storage crashes
      And after 1 second, while that is being overcome, one server of Netra crashes
      And both failures are over after 1 second
      Then Ana and Ben can work again within 5 minutes
      And everything that was confirmed to Ana and Ben is there, once and in order

    @promise:TP-3.recovers @promise:TL-7.takeover
    Scenario: After one failure Netra is ready for the next
      Given Netra has overcome a crash of its storage
      And Netra is part-way through an analysis for Ana
      When the server that works for Ana dies
      And Ana comes back through another server
      Then another server works on the analysis of Ana within 10 seconds
