"""What people read of a run: failures, the Allure report, the promises and their verdicts, JUnit.

Everything is told from the verdicts and pages that the scenarios left behind; nothing here judges.
Imports facts only; imported by spec, which hands the facts over.
"""
