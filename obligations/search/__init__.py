"""What is recorded, found by its words: obligations, statements, events and evidence that the viewer may see."""
