@bvj:segment=all @bvj:goal=trust @bvj:goal=scalability @bvj:value=private-data @bvj:impact=brand-trust
Feature: Nothing crosses over while many work at once
  So that Netra is as safe in its busiest hour as in its quietest,
  nothing of one customer appears with another, whatever strain Netra is under.

  Rule: Many at the same moment stay apart

    @promise:TI-3.no_trace @promise:TI-3.kept_ready @promise:WS-2.own
    Scenario: Twenty customers of all segments at once receive their own and nothing else
      Given Netra is in the middle of an analysis for each of 20 customers at once
      When the AI model answers all of them at the same time
      Then each of them sees exactly the own analysis, whole, within 10 seconds
      And nothing of one of them has reached another
      And what is kept ready for each of them holds nothing of another
      And what Netra writes about itself holds nothing of any of them

  Rule: Strain does not mix customers up

    @promise:TI-3.strain @promise:TI-3.no_trace
    Scenario: Scarce connections and a dead server lose nothing and mix nothing up
      Given Netra is in the middle of an analysis for each of 20 customers at once, over 3 connections of each server to its storage
      When a server of Netra dies under them
      And whoever was cut off comes back, and the AI model answers all of them
      Then each of them sees exactly the own analysis, whole, within 30 seconds
      And nothing of one of them has reached another
      And what is kept ready for each of them holds nothing of another
      And what Netra writes about itself holds nothing of any of them
