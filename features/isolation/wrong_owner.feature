@bvj:segment=all @bvj:goal=trust @bvj:value=private-data @bvj:impact=brand-trust
Feature: What has come under a wrong owner is found by Netra before a customer finds it
  So that a fault inside Netra stays an incident and does not become a leak,
  Netra checks by itself whose everything is, hides what is wrong and gives it back.

  Rule: A wrong attribution is noticed

    @promise:TI-5.noticed
    Scenario Outline: Netra raises the alarm by itself
      Given Netra checks every 1 second whose everything is
      And Ana has told Netra "Our budget is $48,217 a month."
      And Netra has finished an analysis for Ana
      And the <thing> of Ana has come under Eve by a fault in Netra's storage
      Then Nora is alarmed within 3 seconds, once and at the highest level

      Examples: what can come under a wrong owner
        | thing        |
        | conversation |
        | analysis     |
        | message      |
        | fact         |

    @promise:TI-5.noticed @promise:TP-3.recovers
    Scenario: After an outage Netra goes on checking
      Given Netra checks every 1 second whose everything is
      And Netra has overcome a crash of its storage
      And Netra has finished an analysis for Ana
      And the conversation of Ana has come under Eve by a fault in Netra's storage
      Then Nora is alarmed within 3 seconds, once and at the highest level

    @promise:TI-5.noticed @promise:TI-4.colleagues
    Scenario Outline: Only an operator is told of alarms
      Given Ana is connected to Netra
      When <other> looks at the alarms
      Then <other> is refused and learns of no alarm

      Examples: customers, and the offices of a company
        | other |
        | Ana   |
        | Eve   |
        | Olga  |
        | Alma  |

  Rule: What is wrong is hidden, and nothing else is

    @promise:TI-5.hidden
    Scenario Outline: Nobody sees it until it is mended
      Given Ana has told Netra "Our budget is $48,217 a month."
      And Netra has finished an analysis for Ana
      And Paul is connected to Netra
      And the <thing> of Ana has come under Eve by a fault in Netra's storage
      When Netra has checked whose everything is
      Then Ana, Eve and Paul see nothing of the <thing> any more

      Examples: what can come under a wrong owner, before the owner, the wrong one and a colleague
        | thing        |
        | conversation |
        | analysis     |
        | message      |
        | fact         |

    @promise:TI-5.hidden
    Scenario: The AI model hears nothing of what has come under a wrong owner
      Given Ana has told Netra "Our budget is $48,217 a month."
      And the fact of Ana has come under Eve by a fault in Netra's storage
      When Netra has checked whose everything is
      And Ana asks Netra in a new conversation
      And Eve asks Netra in a new conversation
      Then the AI model hears nothing of "$48,217", neither for Ana nor for Eve

    @promise:TI-5.others
    Scenario: Whatever is in order is still there for everybody
      Given Ana has 2 conversations
      And Netra has finished an analysis for Ben
      And Netra has finished an analysis for Ana
      And the conversation of Ana has come under Eve by a fault in Netra's storage
      When Netra has checked whose everything is
      Then whatever is in order is still there for everybody

    @promise:TI-5.hidden @promise:TI-4.offices
    Scenario Outline: Nobody but an operator has it mended
      Given Netra has finished an analysis for Ana
      And the conversation of Ana has come under Eve by a fault in Netra's storage
      When Netra has checked whose everything is
      And <other> tries to have it mended
      Then <other> is refused for want of the office
      And Ana and Eve see nothing of the conversation any more

      Examples: the rightful owner, and somebody with another office
        | other |
        | Ana   |
        | Olga  |

  Rule: What was wrong goes back to its rightful owner

    @promise:TI-5.mended
    Scenario Outline: After the repair everything is as it was before the fault
      Given Ana has told Netra "Our budget is $48,217 a month."
      And Netra has finished an analysis for Ana
      And the <thing> of Ana has come under Eve by a fault in Netra's storage
      When Netra has checked whose everything is
      And Nora has it mended
      Then Ana has the <thing> back as it was, and Eve has none of it

      Examples: what can come under a wrong owner
        | thing        |
        | conversation |
        | analysis     |
        | message      |
        | fact         |
