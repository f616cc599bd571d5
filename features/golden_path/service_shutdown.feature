@bvj:segment=all @bvj:goal=stability @bvj:value=safe-maintenance @bvj:impact=arr-500k
@exit:service-shutdown
Feature: A shutdown loses nobody's work
  So that Netra can be maintained while customers work with it,
  a shutdown is announced, work is kept, and it goes on afterwards.

  Rule: Customers know and keep what they have

    @promise:P08.notice @promise:P08.kept
    Scenario: Everyone is told first, and everyone's progress is kept
      Given Ana has Netra open in two tabs
      And Netra is part-way through an analysis for each of Ana, Ben and Chen
      When Netra is shut down for maintenance
      Then Ana, Ben and Chen are told, before the connection ends, to return within 2 minutes
      And the progress of Ana, Ben and Chen is kept

    @promise:P08.drain
    Scenario: Work that is nearly done is finished before the connection ends
      Given Netra is part-way through an analysis for Ana
      When Netra begins to shut down
      And the AI model answers for Ana at last
      And Netra is down
      Then Ana saw the analysis completed before the connection ended

    @promise:P08.clean
    Scenario: Netra goes down in time and in good order
      Given Netra is part-way through an analysis for Ana
      When Netra is shut down for maintenance
      Then Netra is down within 10 seconds, in good order

    @promise:P08.notice
    Scenario: New questions are refused in plain words while Netra goes down
      Given Netra is part-way through an analysis for Ana
      And an analysis for Ben has failed because Google Cloud billing refuses to answer
      When Netra begins to shut down
      And Ana asks once more in a new conversation
      And Ben retries the analysis
      Then Ana is told that Netra is in maintenance and to return within 2 minutes
      And Ben is told that Netra is in maintenance and to return within 2 minutes

  Rule: Work goes on afterwards

    @promise:P08.continues
    Scenario: Everyone's analysis is finished after the restart, and nothing is asked twice
      Given Netra is part-way through an analysis for each of Ana, Ben and Chen
      When Netra is shut down for maintenance
      And the AI model answers for everyone again
      And Netra is started again
      And Ana, Ben and Chen come back
      Then Ana, Ben and Chen see the analysis completed within 10 seconds
      And every billing was asked once for Ana, Ben and Chen

    @promise:P08.kept @promise:P08.continues
    Scenario: The answer after a restart counts everything that was found before it
      Given Netra is part-way through an analysis for Ana
      When Netra is shut down for maintenance
      And the AI model answers for everyone again
      And Netra is started again
      And Ana comes back
      Then Ana sees the analysis completed within 10 seconds
      And the answer to Ana names the savings that are in Acme's bills

    @promise:P08.exit @promise:P08.continues
    Scenario: The shutdown and the end after it are each recorded once
      Given Netra is part-way through an analysis for Ana, waiting for the report
      When Netra is shut down for maintenance
      And Netra is started again
      And Ana comes back
      And Netra finishes the analysis for Ana
      Then the analysis of Ana is recorded with two exits, service shutdown and normal completion
      And nothing that was answered for Ana was asked again

    @promise:P08.moves
    Scenario: Another server carries on when only one is shut down
      Given Netra is part-way through an analysis for Ana
      When the server that works for Ana is shut down
      And Ana comes back through another server
      And the AI model answers for everyone again
      Then Ana sees the analysis completed within 10 seconds
      And every billing was asked once for Ana

  Rule: Even a crash loses nothing

    @promise:TL-7.takeover @promise:TL-7.progress
    Scenario: Another server takes over when one dies
      Given Netra is part-way through an analysis for Ana
      When the server that works for Ana dies
      And Ana comes back through another server
      And the AI model answers for everyone again
      Then Ana sees the analysis completed within 10 seconds
      And every billing was asked once for Ana
