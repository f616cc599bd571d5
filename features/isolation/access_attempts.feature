@bvj:goal=compliance @bvj:impact=enterprise-contracts
Feature: Who is not entitled does not get in, and the attempt is known
  So that a company can prove who tried to reach its data,
  Netra refuses whoever is not entitled and records the attempt.

  @bvj:segment=enterprise @bvj:value=traceable-access
  Rule: An attempt on another's data is recorded

    @promise:TI-2.recorded @promise:P11.audit
    Scenario: The company's auditor finds the attempt
      Given Netra has finished an analysis for Ana
      When Eve tries to read the messages of Ana
      Then Olga, the auditor of Acme, finds exactly this attempt

    @promise:TI-2.recorded @promise:P11.audit
    Scenario: Every kind of attempt is on record, each of them once
      Given Netra has finished an analysis for Ana
      And Eve is connected to Netra
      When Eve tries everything on what belongs to Ana, and 30 times more to read the messages
      Then Olga, the auditor of Acme, finds who tried what, when and from where, each attempt once

    @promise:TI-2.recorded @promise:P11.audit
    Scenario: Whoever pretends to come from elsewhere is on record with where they came from
      Given Netra has finished an analysis for Ana
      And Eve pretends to come from elsewhere
      And Eve is connected to Netra
      When Eve tries everything on what belongs to Ana
      Then Olga, the auditor of Acme, finds who tried what, when and from where, each attempt once

    @promise:TI-2.recorded @promise:TI-4.erased_proof
    Scenario: Whoever has the own account erased after an attempt stays on record
      Given Netra has finished an analysis for Ana
      When Eve tries to read the messages of Ana
      And Eve has everything erased
      Then Olga, the auditor of Acme, finds exactly this attempt

  @bvj:segment=enterprise @bvj:value=traceable-access
  Rule: The record is read by the company's own auditor and by nobody else

    @promise:TI-2.record_private
    Scenario: The auditor of another company finds nothing of it
      Given Netra has finished an analysis for Ana
      When Eve tries to read the messages of Ana
      Then Otto, the auditor of Birch, finds nothing of this attempt

    @promise:TI-2.record_private @promise:TI-4.colleagues
    Scenario Outline: Whoever is no auditor cannot open the record of attempts
      Given Netra has finished an analysis for Ana
      When Eve tries to read the messages of Ana
      And <other> opens the record of attempts
      Then <other> is refused and learns of no attempt

      Examples: the customer herself, a colleague, the administrator, an operator of Netra, and who made the attempt
        | other |
        | Ana   |
        | Paul  |
        | Alma  |
        | Nora  |
        | Eve   |

  @bvj:segment=enterprise @bvj:value=private-data
  Rule: What belongs to an office is done by whoever holds it

    @promise:TI-4.offices
    Scenario Outline: Whoever lacks the office is refused, and nothing is done
      Given Ana has 1 conversation
      And Nora has agreed with Acme to keep everything
      And Nora has put a legal hold on every conversation of Ana
      When <other> tries to <act>
      Then <other> is refused for want of the office
      And nothing of it has been done

      Examples: a customer without an office
        | other | act                            |
        | Ana   | see who belongs to the company |
        | Ana   | announce maintenance           |
        | Ana   | change what was agreed         |
        | Ana   | approve the deletion           |
        | Ana   | place a legal hold             |
        | Ana   | lift the legal hold            |

      Examples: the company's auditor and its administrator, who hold another office
        | other | act                            |
        | Olga  | see who belongs to the company |
        | Alma  | announce maintenance           |
        | Alma  | change what was agreed         |
        | Alma  | approve the deletion           |
        | Olga  | place a legal hold             |
        | Olga  | lift the legal hold            |

    @promise:TI-4.offices
    Scenario Outline: A maintenance that was announced is ended by an operator alone
      Given Ana has 1 conversation
      And Nora has announced maintenance of 2 minutes, and it has begun
      When <other> tries to end the maintenance
      Then <other> is refused for want of the office
      And nothing of it has been done

      Examples: a customer without an office, and a company's administrator
        | other |
        | Ana   |
        | Alma  |

  @bvj:segment=all @bvj:value=private-data
  Rule: Only a valid pass opens Netra

    @promise:TI-2.credentials
    Scenario: Live updates end with the pass that opened them
      Given Netra is part-way through an analysis for Ana
      And Ana has a second tab open, with a pass that is soon over
      When the pass of Ana's second tab is over
      And Netra finishes the analysis for Ana
      Then Ana's second tab is signed off with its pass, and is told nothing after it

    @promise:TI-2.credentials @promise:TI-4.segments
    Scenario Outline: A pass that is not valid opens nothing, whatever its customer pays
      Given Netra has finished an analysis for <owner>
      When somebody presents <pass> at Netra's doors
      Then no door of Netra opens

      Examples: Free, Mid and Early; Enterprise is below
        | owner | pass                                |
        | Ben   | a pass of Ben that somebody altered |
        | Chen  | a pass of Chen that is over         |
        | Dora  | a pass of Dora signed by a stranger |

    @promise:TI-2.credentials
    Scenario Outline: A pass that is not valid opens nothing
      Given Netra has finished an analysis for Ana
      When somebody presents <pass> at Netra's doors
      Then no door of Netra opens

      Examples: passes that must not open
        | pass                                |
        | no pass                             |
        | a pass of nobody                    |
        | a pass of Ana that is over          |
        | a pass of Ana that is not valid yet |
        | a pass of Ana without an end        |
        | a pass of Ana that somebody altered |
        | a pass with another name written in |
        | a pass of Ana that nobody signed    |
        | a pass of Ana signed by a stranger  |
        | a pass of Ana signed in another way |
        | a pass of Ana from another issuer   |
        | a pass of Ana for another service   |
        | a pass of Ana for another purpose   |
        | a pass of Ana that names no issuer  |
        | a pass of Ana that names no service |
        | a pass of Ana that names no purpose |
        | a pass of Ana that names no address |
        | a pass of Ana without a number      |
        | a pass of Ana of an unknown age     |
        | a pass of Ana that is yet to come   |
