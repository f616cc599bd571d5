@bvj:segment=all @bvj:goal=stability @bvj:value=reliable-conversations @bvj:impact=arr-500k
Feature: Trouble on the line does no harm
  So that one faulty program or network costs nobody a conversation,
  Netra says plainly what it cannot take, and goes on as if nothing had happened.

  Rule: What Netra cannot take is refused in plain words and changes nothing

    @promise:WS-4.told @promise:WS-4.intact @promise:WS-4.alive
    Scenario Outline: A message that Netra cannot take is refused and does no harm
      Given Netra has finished an analysis for Ana
      And Ben is connected to Netra
      When Ana's program sends <message>
      Then Ana is told in plain words what is wrong with it
      And everything of Ana is as it was before the message
      And the connections of Ana and Ben live on, at the same servers of Netra

      Examples: what cannot be read
        | message                            |
        | a message that breaks off half-way |
        | words that are no message          |
        | a list instead of a message        |
        | a picture instead of words         |
        | a message of 8193 bytes            |
        | a message of an unknown kind       |

      Examples: what is out of place
        | message                               |
        | a question without words              |
        | a question before any conversation    |
        | a question in an unknown conversation |
        | a wish to go on from nowhere          |
        | an agent's update of its own making   |
        | a completion before the start         |

    @promise:WS-4.told @promise:WS-4.alive @promise:WS-4.back
    Scenario: Far too much for a message ends the connection that it came on, and no other
      Given Netra has finished an analysis for Ana
      And Ben is connected to Netra
      When Ana's program floods the connection with a single message
      And Ana comes back
      Then the connection that Ana flooded has ended, and told why
      And Ana is told within 10 seconds of coming back to be up to date
      And the connections of Ana and Ben live on, at the same servers of Netra

    @promise:WS-4.told
    Scenario: The longest permitted message is taken
      Given Ana is connected to Netra
      When Ana asks in a message of 8192 bytes
      Then Netra takes the question of Ana
      And Ana sees the analysis completed within 10 seconds
      And the conversation of Ana holds the question and the answer, in that order

  Rule: Work under way goes on undisturbed

    @promise:WS-4.told @promise:WS-4.alive @promise:WS-4.intact
    Scenario: A faulty program in the middle of an analysis disturbs neither its owner nor others
      Given Netra is part-way through an analysis for each of Ana and Ben
      When Ana's program tries everything that Netra cannot take
      And the AI model answers for everyone again
      Then Ana is told in plain words what is wrong with each of them
      And Ana and Ben see the analysis completed within 10 seconds
      And every billing was asked once for Ana and Ben

    @promise:WS-4.alive
    Scenario: A program that calls thousands of times gets its answers and holds up nobody
      Given Netra is part-way through an analysis for Ben
      And Ana is connected to Netra
      When Ana's program calls Netra 3000 times
      And the AI model answers for Ben at last
      Then every call of Ana is answered, in order
      And Ben sees the analysis completed within 10 seconds
      And the connections of Ana and Ben live on, at the same servers of Netra
