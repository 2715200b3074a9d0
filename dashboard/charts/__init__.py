"""Pictures in, figures and sentences out."""
