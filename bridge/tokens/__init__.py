"""Proofs of who somebody is, signed by an issuer such as Microsoft Entra: its keys, and what a token must say."""
