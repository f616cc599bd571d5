@bvj:segment=all @bvj:goal=stability @bvj:value=safe-maintenance @bvj:impact=arr-500k
Feature: Maintenance that is announced hardly disturbs anyone
  So that Netra can be updated often,
  customers are told first, their work is finished, and Netra is soon back.

  Rule: First everyone is told, and only then something is refused

    @promise:BC-3.notice @promise:BC-3.hint
    Scenario: New questions are refused only after everyone has been told
      Given Ana, Ben and Chen are connected to Netra through different servers
      And Ana has opened a further tab
      When Nora announces maintenance of 2 minutes
      And Ana asks question after question until one is refused
      Then Ana, Ben and Chen are told before anything is refused
      And Ana is told that Netra is in maintenance and when to return

    @promise:BC-3.notice @promise:BC-3.hint
    Scenario: Whoever connects after the announcement is told, too
      Given Ana and Ben are connected to Netra through different servers
      When Nora announces maintenance of 2 minutes
      And Ben is told of the maintenance, and opens a further tab
      And Ana asks question after question until one is refused
      Then Ana and Ben are told before anything is refused
      And Ana is told that Netra is in maintenance and when to return

    @promise:BC-3.notice @promise:BC-3.hint @promise:BC-1.recovery
    Scenario: After an outage maintenance can be announced as before
      Given Netra has overcome a crash of its storage
      And Ana, Ben and Chen are connected to Netra through different servers
      When Nora announces maintenance of 2 minutes
      And Ana asks question after question until one is refused
      Then Ana, Ben and Chen are told before anything is refused
      And Ana is told that Netra is in maintenance and when to return

    @promise:BC-3.drain @promise:P08.drain
    Scenario: Work in progress is finished during maintenance
      Given Netra is part-way through an analysis for Ana
      And Nora has announced maintenance of 2 minutes, and it has begun
      When the AI model answers for Ana at last
      Then Ana sees the analysis completed within 10 seconds

    @promise:BC-3.hint @promise:BC-3.drain
    Scenario: During maintenance customers read on, and only new work waits
      Given Netra has finished an analysis for Ana
      And an analysis for Ben has failed because Google Cloud billing refuses to answer
      And Nora has announced maintenance of 2 minutes, and it has begun
      When Ana opens the result, the report and the recommendations
      And Ben retries the analysis
      Then Ana reads the figures of the answer in each of them
      And Ben is told that Netra is in maintenance and when to return

    @promise:BC-3.hint
    Scenario: While storage is away customers read on, and learn when to ask again
      Given Netra has finished an analysis for Ana
      When Netra's storage is stopped
      And Ana opens the recommendations
      And Ana asks Netra where Acme can cut its cloud costs
      Then Ana still reads the recommendations
      And Ana is told to try again within 2 minutes

  Rule: Netra is soon back, and everything goes on

    @promise:BC-3.downtime @promise:BC-3.continues
    Scenario: Netra is back within two minutes with everything as it was
      Given Netra has finished an analysis for each of Ana and Ben
      When Nora announces maintenance of 2 minutes, and Netra is updated while Ana keeps looking
      And Ben asks Netra where Birch can cut its cloud costs
      Then Netra was away for at most 2 minutes
      And everything of Ana's is exactly as it was
      And Ben has the next answer at most 150 seconds after the announcement
      And the conversation of Ben holds both questions with their answers, in order

    @promise:BC-3.availability
    Scenario: Servers are replaced one by one and hardly anybody notices
      Given Ana, Ben and Chen are connected to Netra
      When the servers of Netra are replaced one by one while Ana, Ben and Chen work for 31 seconds
      Then 99.9 percent of at least 3000 requests were answered rightly within 5 seconds
