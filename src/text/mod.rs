//! Functions from text to text. Pure: nothing in here knows rules, documents or QuickBooks' messages.
