@bvj:segment=all @bvj:goal=engagement @bvj:value=prompt-response @bvj:impact=adoption
Feature: What is kept ready comes at once
  So that customers work on without noticing that anything had to be fetched,
  Netra gives back what it keeps ready within its limits.

  Rule: Both come within their limits

    @promise:P02.prompt
    Scenario: Session and answer come without noticeable delay
      Given Netra has finished an analysis for Ana
      When Ana opens the session and the answer 60 times
      Then the session comes to Ana within 100 milliseconds
      And the answer comes to Ana within 50 milliseconds

    @promise:P02.prompt
    Scenario: Twenty at once do not wait noticeably longer
      Given Netra has finished an analysis for each of Ana, Ben, Chen and Dora
      When Ana, Ben, Chen and Dora each open the answer 5 times at once
      Then the answers to Ana, Ben, Chen and Dora come within 500 milliseconds at most
      And the answers to Ana, Ben, Chen and Dora come within 100 milliseconds on average
