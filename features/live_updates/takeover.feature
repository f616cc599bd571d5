@bvj:segment=all @bvj:goal=stability @bvj:value=no-lost-progress @bvj:impact=arr-500k
Feature: An interrupted analysis goes on where it stood
  So that no crash of a server sends a customer back to the start,
  another server takes an analysis over with everything that it had found.

  Rule: Another server goes on soon, and does nothing twice

    @promise:TL-7.takeover @promise:TL-7.progress
    Scenario: The step that was reached and what was found are still there after a crash
      Given Netra is part-way through an analysis for Ana
      When the server that works for Ana dies
      And Ana comes back through another server
      Then another server works on the analysis of Ana within 10 seconds
      And what was found for Ana is as it was before the crash

    @promise:TL-7.takeover
    Scenario: A server that dies while it reads a bill leaves only that bill to be read again
      Given Netra is part-way through an analysis for Ana, waiting for Google Cloud billing
      When the server that works for Ana dies
      And Ana comes back through another server
      And Google Cloud billing answers for Ana again
      Then Ana sees the analysis completed within 10 seconds
      And AWS billing and Azure billing were asked once for Ana
      And Google Cloud billing was asked twice for Ana

    @promise:TL-7.takeover
    Scenario: A takeover announces nothing twice, and the answer is whole
      Given Netra is part-way through an analysis for Ana
      When the server that works for Ana dies
      And Ana comes back through another server
      And Netra finishes the analysis for Ana
      Then Ana sees every missed update once and in order, within 10 seconds
      And every billing was asked once for Ana
      And the answer to Ana names the savings that are in Acme's bills

    @promise:TL-7.takeover @promise:CC-1.known
    Scenario: Whoever takes over knows what was said before
      Given Ana has a conversation of 3 messages
      And Netra is part-way through an analysis for Ana
      When the server that works for Ana dies
      And Ana comes back through another server
      And Netra finishes the analysis for Ana
      Then the AI model hears the earlier words of the conversation of Ana, in order

    @promise:TL-7.takeover @promise:TL-7.progress
    Scenario: When every server dies, the work goes on as soon as Netra is up again
      Given Netra is part-way through an analysis for Ana
      When every server of Netra dies
      And Netra is started again
      And Ana comes back
      And the AI model answers for Ana at last
      Then Ana sees the analysis completed within 10 seconds
      And every billing was asked once for Ana

  Rule: Work stays in living hands, however long it takes

    @promise:TL-7.takeover
    Scenario: Work that takes long is not taken over from a server that lives
      Given Google Cloud billing takes 4 seconds for Ana
      When Ana asks Netra where Acme can cut its cloud costs
      Then Ana sees the analysis completed within 10 seconds
      And Google Cloud billing was asked once for Ana

    @promise:TL-7.takeover @promise:TP-3.recovers
    Scenario: A server that worked through an outage keeps its later work, too
      Given Netra is part-way through an analysis for Ana
      And Netra has overcome a crash of its storage
      And Google Cloud billing takes 4 seconds for Ben
      When Ben asks Netra where Birch can cut its cloud costs
      Then Ben sees the analysis completed within 10 seconds
      And Google Cloud billing was asked once for Ben

  Rule: Whoever was taken for dead can do no harm

    @promise:TL-7.takeover
    Scenario: A server that froze and wakes up late changes nothing
      Given Netra is part-way through an analysis for Ana
      When the server that works for Ana freezes
      And Ana comes back through another server
      And Netra finishes the analysis for Ana
      And the frozen server wakes up and works for Ana again
      Then the analysis of Ana is as it was at its end
      And the analysis of Ana is recorded with one exit, normal completion
