"""Diagnosis → what a template needs: chosen, ordered, grouped, rounded and put into words. No template computes.

build      the whole report: head, page one, the coach's page, the block in detail, the trace
said       what is said of the outcome: headline, certainty, causal line
safety     what safety says, in full for the coach and guarded for the wall
block      the prescription: exercises, weeks, running, retests
why        evidence, tests against their norms, why and why not, what would change it
following  what to test next
trace      every rule and what it did, for --explain
"""
