@bvj:segment=all @bvj:goal=engagement @bvj:goal=retention @bvj:value=prompt-response @bvj:impact=core-value
Feature: History opens quickly, however long it is
  So that customers are not punished for working with Netra for years,
  what was said opens without noticeable delay, in parts and as a whole.

  Rule: The length does not matter

    @promise:PF-2.latest @promise:PF-2.pages @promise:PF-2.whole
    Scenario Outline: A history can be opened in a moment, from its end or as a whole
      Given Ana has a history of <number> messages
      When Ana opens the latest 20 messages, every part of 50 and the whole, 8 times
      Then the latest messages come to Ana within 200 milliseconds
      And each part of the history comes to Ana within 150 milliseconds
      And the whole history comes to Ana within 500 milliseconds
      And every opening shows Ana exactly its messages, in order

      Examples:
        | number |
        | 10     |
        | 100    |
        | 500    |

      @slow @promise:PF-2.latest @promise:PF-2.whole
      Examples:
        | number |
        | 1000   |
