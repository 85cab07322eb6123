"""What Google's module of product data allows in an entry."""

_PLAIN = """actor agent area apparel_type artist author brand color condition course course_number
course_times cuisine delivery_notes education employer ethnicity format id immigration_status
interested_in isbn job_function job_industry job_type main_ingredient make manufacturer
manufacturer_id meal_type model model_number name_of_item_being_reviewed news_source occupation
payment_notes product_type property_type publication_name publication_volume review_type
school_district sexual_orientation size subject subject_area tax_region university upc vehicle_type
vin""".split()
_NUMBER = """calories cholesterol cooking_time fiber hoa_dues salary saturated_fat servings sodium
total_carbs total_fat""".split()
_AMOUNT = """delivery_radius megapixels memory preparation_time price processor_speed protein
weight""".split()

TABLE = "\n".join(
    [
        "[google]",
        *(f"g:{name} ? plain" for name in _PLAIN),
        *(f"g:{name} ? number-first" for name in _NUMBER),
        *(f"g:{name} ? amount" for name in _AMOUNT),
        """
g:age           ?  count
g:bathrooms     ?  count
g:bedrooms      ?  count
g:quantity      ?  count
g:pages         ?  positive
g:mileage       ?  number-first
g:year          ?  year
g:tax_percent   ?  percentage
g:rating        ?  words(1|2|3|4|5)
g:currency      ?  currency
g:course_date_range ? google-range
g:event_date_range  ? google-range
g:travel_date_range ? google-range
g:expiration_date   ? iso-day
g:publish_date      ? iso-day
g:expiration_date_time ? iso8601
g:from_location ?  place
g:to_location   ?  place
g:location      ?  full-place
g:gender        ?  words(Male|M|Female|F)
g:marital_status ? words(single|divorced|separated|widowed|married|in_relationship)
g:listing_type  ?  any-case(true|false)
g:pickup        ?  any-case(true|false)
g:payment_accepted * words(Cash|Check|Visa|MasterCard|AmericanExpress|Discover|WireTransfer)
g:price_type    ?  words(negotiable|starting)
g:salary_type   ?  words(negotiable|starting)
g:reviewer_type ?  words(editorial|user)
g:label         10 no-comma
g:image_link    10 uri
g:url_of_item_being_reviewed ? uri
g:shipping      ?  google-shipping

[google-range]
@rdf:parseType  ?  text
g:start         ?  iso8601
g:end           ?  iso8601

[google-shipping]
@rdf:parseType  ?  text
g:service       ?  words(FedEx|UPS|DHL|Mail|Other|Overnight|Standard)
g:country       ?  country
g:price         ?  amount
""",
    ]
)
