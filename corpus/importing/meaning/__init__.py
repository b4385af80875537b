"""What words mean: names, labels, sentences, questions, languages, and Markdown made clean. Know no file."""
