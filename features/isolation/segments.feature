@bvj:segment=all @bvj:goal=compliance @bvj:value=private-data @bvj:impact=regulatory
Feature: No company sees another one, whatever either of them pays
  So that companies under strict rules can use Netra beside everybody else,
  nobody reaches what is another's, from whichever segment, company or office the attempt comes.

  Rule: Separation is equally strict for every segment

    @promise:TI-4.segments @promise:TI-4.blocked @promise:P11.refused @promise:P11.no_trace
    Scenario Outline: A stranger of any segment is refused everything of a customer of any segment
      Given Netra has finished an analysis for <owner>
      And <stranger> is connected to Netra
      When <stranger> tries everything on what belongs to <owner>
      Then <stranger> is refused every time as if it did not exist
      And nothing of <owner>'s has reached <stranger>
      And <owner> still has everything as it was

      Examples: Enterprise
        | stranger | owner |
        | Ana      | Ben   |
        | Ana      | Chen  |
        | Ana      | Dora  |

      Examples: Free
        | stranger | owner |
        | Ben      | Ana   |
        | Ben      | Chen  |
        | Ben      | Dora  |

      Examples: Mid
        | stranger | owner |
        | Chen     | Ana   |
        | Chen     | Ben   |
        | Chen     | Dora  |

      Examples: Early
        | stranger | owner |
        | Dora     | Ana   |
        | Dora     | Ben   |
        | Dora     | Chen  |

      Examples: Enterprise under strict rules: books under SOX, patients' data under HIPAA, Europeans' data under GDPR
        | stranger | owner |
        | Ana      | Hanna |
        | Hanna    | Ana   |
        | Hanna    | Greta |
        | Greta    | Hanna |
        | Greta    | Ana   |
        | Ana      | Greta |

      Examples: one segment, two companies
        | stranger | owner |
        | Eve      | Ben   |
        | Ben      | Eve   |
        | Milo     | Chen  |
        | Chen     | Milo  |
        | Finn     | Dora  |
        | Dora     | Finn  |

  Rule: Neither a colleague nor an office opens what is another's

    @promise:TI-4.colleagues @promise:P11.refused @promise:P11.audit
    Scenario Outline: Whoever is not the owner is refused, also within the company and within Netra
      Given Netra has finished an analysis for Ana
      And <other> is connected to Netra
      When <other> tries everything on what belongs to Ana
      Then <other> is refused every time as if it did not exist
      And nothing of Ana's has reached <other>
      And Ana still has everything as it was
      And Olga, the auditor of Acme, finds who tried what, when and from where, each attempt once

      Examples: a colleague, the company's auditor and administrator, and an operator of Netra
        | other |
        | Paul  |
        | Olga  |
        | Alma  |
        | Nora  |
