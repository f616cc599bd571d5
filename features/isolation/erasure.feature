@bvj:goal=compliance @bvj:value=governed-records @bvj:impact=regulatory
Feature: What a customer has erased is gone, and that it was erased can be proven
  So that Netra keeps the law and the word that it gives to those who leave,
  an erasure reaches every place, touches nobody else, and leaves a proof.

  @bvj:segment=all
  Rule: An erasure reaches every place

    @promise:TI-4.erased
    Scenario: Conversations, results, what is remembered and whatever is kept ready are gone
      Given Netra has finished an analysis for Ana
      And Ana has told Netra "Our priority is scalability."
      And Ana has an archived conversation
      When Ana has everything erased
      Then nothing of Ana's is left anywhere in Netra within 5 seconds
      And no pass of Ana opens Netra any more

    @promise:TI-4.erased
    Scenario: What waited for an absent customer is gone too
      Given Netra is part-way through an analysis for Ana
      When Ana's connection breaks without warning
      And Netra finishes the analysis while Ana is away
      And Ana has everything erased
      Then nothing of Ana's is left anywhere in Netra within 5 seconds

    @promise:TI-4.erased
    Scenario: What was hidden, what was deleted and what may be asked again is gone too
      Given Ana has 1 conversation
      And the conversation of Ana has come under Eve by a fault, and Netra has hidden it
      And Netra has deleted the conversation of Ana 30 days ago, as Nora has agreed
      When Ana and Paul each start a conversation under the same mark
      And Ana has everything erased
      Then nothing of Ana's is left anywhere in Netra within 5 seconds

    @promise:TI-4.erased
    Scenario: Work that is under way ends and leaves nothing behind
      Given Ana has Netra open in two tabs, through different servers
      And Netra is part-way through an analysis for Ana
      When Ana has everything erased
      And the AI model answers for Ana at last
      Then nothing of Ana's is left anywhere in Netra within 5 seconds
      And Ana is signed off everywhere within 5 seconds

  @bvj:segment=all
  Rule: An erasure touches nobody else

    @promise:TI-4.erased @promise:TI-4.own
    Scenario: A colleague and a stranger lose nothing by it
      Given Netra has finished an analysis for Ana
      And Netra has finished an analysis for Paul
      And Netra has finished an analysis for Ben
      When Ana has everything erased
      Then everybody but Ana still has everything as it was
      And no pass of Ana opens Netra any more

  @bvj:segment=enterprise
  Rule: An erasure can be proven

    @promise:TI-4.erased_proof @promise:TI-2.recorded
    Scenario: The auditor proves the erasure and the attempts before it, without what was erased
      Given Netra has finished an analysis for Ana
      When Eve tries to read the messages of Ana
      And Ada tries to let Ana leave
      And Ana has everything erased
      Then Olga can prove that Ana was erased, and learns nothing of what it was

  @bvj:segment=enterprise
  Rule: An administrator sees who belongs to the company and lets people leave, and no more

    @promise:TI-4.colleagues
    Scenario: The administrator finds the company's people and nothing of what they say
      Given Netra has finished an analysis for Ana
      And Paul has 1 conversation
      And Ben has 1 conversation
      And Nell has 1 conversation
      When Alma looks who belongs to the company
      Then Alma finds exactly the people of Acme, and nothing of what they say

    @promise:TI-4.erased @promise:TI-4.erased_proof
    Scenario: Who is let go by the administrator is erased, and that too can be proven
      Given Netra has finished an analysis for Paul
      When Alma lets Paul leave
      Then nothing of Paul's is left anywhere in Netra within 5 seconds
      And Olga can prove that Paul was erased, and learns nothing of what it was

    @promise:TI-4.blocked @promise:TI-4.colleagues
    Scenario: Whoever claims another company administers nothing of it
      Given Netra has finished an analysis for Ana
      When Ada opens and changes the profile in the name of Ana
      And Ada tries to let Ana leave
      And Ada looks who belongs to the company
      Then Ada is refused as if there were no such person
      And Ada finds exactly the people of Birch, and nothing of what they say
      And Ana still has everything as it was

    @promise:TI-4.blocked @promise:TI-4.colleagues
    Scenario Outline: Nobody is let go by a stranger
      Given Netra has finished an analysis for <owner>
      When <other> tries to let <owner> leave
      Then <other> is refused as if there were no such person
      And <owner> still has everything as it was

      Examples: the administrator of another company, and of one whose name is alike
        | other | owner |
        | Ada   | Ana   |
        | Alma  | Nell  |

      Examples: those who administer nothing
        | other | owner |
        | Paul  | Ana   |
        | Eve   | Ana   |
        | Olga  | Ana   |
