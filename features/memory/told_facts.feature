@bvj:segment=all @bvj:goal=engagement @bvj:value=remembered-context @bvj:impact=core-value
Feature: The assistant knows what it was told
  So that customers never have to say the same thing twice,
  what a customer tells is known with every later question that it matters to.

  Rule: What was told early is known later in the same conversation

    @promise:CC-1.known
    Scenario: A fact told in a note is known with a later question
      Given Ana has told Netra "Our monthly spend is $15,000 with EC2 and RDS. Our peak months are May and June."
      When Ana asks Netra in the same conversation
      Then the AI model knows that Ana's monthly spend is "$15,000 with EC2 and RDS"
      And the AI model knows that Ana's peak months are "May and June"

    @promise:CC-1.known
    Scenario: A fact told with a question is known with the next question
      Given Ana has asked Netra a question and told it "Our peak season is November to January. Our budget is too small?"
      When Ana asks Netra in the same conversation
      Then the AI model knows that Ana's peak season is "November to January"
      And no budget is shown to Ana

    @promise:CC-1.known @promise:P06.retry
    Scenario: A retry knows what the first attempt knew
      Given Ana has told Netra "Our peak season is November to January."
      And an analysis for Ana has failed because Google Cloud billing refuses to answer
      When Google Cloud billing answers for Ana again
      And Ana retries the analysis
      Then Ana sees the analysis completed within 10 seconds
      And the AI model knows that Ana's peak season is "November to January"

  Rule: A new conversation knows lasting facts, and no details of another one

    @promise:CC-1.right_place
    Scenario: A detail stays in the conversation in which it was told
      Given Ana has told Netra "Our test cluster is Bluebird-7."
      When Ana asks Netra in a new conversation
      Then the AI model hears nothing of "Bluebird-7" for Ana

    @promise:CC-1.origin
    Scenario Outline: A lasting fact is known in a new conversation, which says where it was told
      Given Ana has saved the conversation about plans, which tells Netra "Our <fact> is <value>."
      When Ana asks Netra in a new conversation
      Then the AI model knows that Ana's <fact> is "<value>"
      And the answer to Ana takes "<value>" into account, from the conversation about plans

      Examples: facts that hold wherever the customer asks
        | fact            | value           |
        | industry        | e-commerce      |
        | budget for 東京 | $25,000 a month |
        | team size       | 50 engineers    |

    @promise:CC-1.right_place @promise:CC-1.private
    Scenario Outline: What one customer tells is unknown to the assistant of another
      Given Ana has told Netra "Our budget is $48,217 a month."
      When <other> asks Netra in a new conversation
      Then the AI model hears nothing of "$48,217" for <other>

      Examples: a customer of another company, and a colleague
        | other |
        | Ben   |
        | Paul  |

    @promise:CC-1.right_place @promise:CC-4.apart
    Scenario: What was said in one conversation is not repeated in another
      Given Ana has told Netra "We look at Lisbon for the new team."
      When Ana asks Netra in a new conversation
      Then the AI model hears nothing of "Lisbon" for Ana
