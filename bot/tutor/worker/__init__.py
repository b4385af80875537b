"""The process in which a local model runs: `python -m bot.tutor.worker`. The only doors of bot/ to torch and transformers."""
