"""Google: who signs in, a session with an end to all waiting, and what its errors mean."""
