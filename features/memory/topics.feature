@bvj:segment=enterprise @bvj:goal=expansion @bvj:value=remembered-context @bvj:impact=core-value
Feature: Topics stay apart, shared constraints are known
  So that customers can work on cost, speed and security at the same time,
  each conversation knows what belongs to it, and the constraints that hold for all.

  Rule: Details of one topic do not reach another one

    @promise:CC-4.apart
    Scenario Outline: A conversation knows the details of its own topic and of no other
      Given Ana has told Netra "Our target is thirty percent less." in the conversation about cost
      And Ana has told Netra "Our target is half a second." in the conversation about speed
      And Ana has told Netra "Our target is a clean audit." in the conversation about security
      When Ana asks Netra in the conversation about <topic>
      Then the AI model hears only what Ana told about <topic>

      Examples: three topics of one customer
        | topic    |
        | cost     |
        | speed    |
        | security |

    @promise:CC-4.apart
    Scenario: Two topics that are asked about at the same time do not mix
      Given Ana has told Netra "Our target is thirty percent less." in the conversation about cost
      And Ana has told Netra "Our target is half a second." in the conversation about speed
      When Ana asks Netra in the conversations about cost and speed at the same time
      Then the AI model hears apart what Ana told about cost and about speed

  Rule: A constraint that holds for all topics is known in each

    @promise:CC-4.shared
    Scenario: Two constraints told elsewhere are known in a third topic, with their origin
      Given Ana has told Netra "Our constraint on data is Europe only." in the conversation about security
      And Ana has told Netra "Our constraint on spending is $75,000 a quarter." in the conversation about cost
      When Ana asks Netra in the conversation about speed
      Then the AI model knows that Ana's constraint on data is "Europe only"
      And the AI model knows that Ana's constraint on spending is "$75,000 a quarter"
      And the answer to Ana takes "Europe only" into account, from the conversation about security
