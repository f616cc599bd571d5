"""What people read of a run: failures, the ledger of promises, the Allure report.

Everything is read from the verdicts that travelled in the test reports; nothing here judges.
Imports facts only; imported by spec.
"""
