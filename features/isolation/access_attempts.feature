@bvj:goal=compliance @bvj:value=private-data @bvj:impact=enterprise-contracts
Feature: Who is not entitled does not get in, and the attempt is known
  So that a company can prove who tried to reach its data,
  Netra refuses whoever is not entitled and records the attempt.

  @bvj:segment=enterprise
  Rule: An attempt on another's data is recorded

    @promise:TI-2.recorded @promise:P11.audit
    Scenario: The company's auditor finds the attempt
      Given Netra has finished an analysis for Ana
      When Eve tries to read the messages of Ana
      Then Olga, the auditor of Acme, finds exactly this attempt

  @bvj:segment=all
  Rule: Only a valid pass opens Netra

    @promise:TI-2.credentials
    Scenario Outline: A pass that is not valid opens nothing
      Given Netra has finished an analysis for Ana
      When somebody presents <pass> at Netra's doors
      Then no door of Netra opens

      Examples: passes that must not open
        | pass                                |
        | no pass                             |
        | a pass of Ana that is over          |
        | a pass of Ana that somebody altered |
        | a pass of Ana that nobody signed    |
        | a pass of Ana signed by a stranger  |
