"""Gets public texts; knows Scrapy; decides nothing."""
