"""What an exam asks: certifications, and which editions of the code books their exams use."""
