"""Everything that thinks: reads, detects, alerts, follows up. Knows neither Scrapy nor Streamlit."""
